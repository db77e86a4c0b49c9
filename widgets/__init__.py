"""What is seen: Qt widgets that draw plain data and emit intents. No torch, no training."""
