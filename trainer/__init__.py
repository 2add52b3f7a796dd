"""What a model learns from a data set: LoRA runs on the user's own machine; the only owner of torch, transformers, peft."""

from trainer.offline import stay_offline

# Hugging Face reads these when it is imported, which happens in modules of this package only.
stay_offline()
