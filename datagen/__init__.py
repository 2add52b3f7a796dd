"""What can be taught from it: generators, faults, filters, verification, and the data set they make."""
