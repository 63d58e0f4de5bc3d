"""Where frames come from: video files, cameras, recordings."""
