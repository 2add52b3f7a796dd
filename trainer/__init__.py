"""What a model learns from a data set: LoRA runs on the user's own machine; the only owner of torch, transformers, peft."""

from trainer.offline import stay_offline
from trainer.segments import grow_segments

# Hugging Face reads these when it is imported, and torch when it first uses a card, which happens in modules of this package only.
stay_offline()
grow_segments()
