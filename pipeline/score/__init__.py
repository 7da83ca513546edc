"""From responses to scores: answers become measures, and measures show how reliable they are."""
