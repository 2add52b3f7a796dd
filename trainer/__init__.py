"""What a model learns from a data set: LoRA runs on the user's own machine; the only owner of torch, transformers, peft."""
