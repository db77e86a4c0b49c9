"""Files of ours: atomic writes, checkpoints and run folders. JSON, CSV and safetensors only."""
