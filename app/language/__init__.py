"""What a reader reads, in their language: sentences, numbers, categories. Above scoring, below the screen."""
