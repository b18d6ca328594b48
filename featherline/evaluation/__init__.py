"""What a model is worth: accuracy, equality on its runtimes, where quantization loses, what it costs."""
