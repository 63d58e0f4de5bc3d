"""Silence for the libraries below, whose chatter would bury our one-line errors."""

import os

import cv2.utils.logging


def quiet() -> None:
    """Keep OpenCV and its FFmpeg from writing to stderr, for this process.

    Whoever wants to hear them sets `OPENCV_LOG_LEVEL` or `OPENCV_FFMPEG_LOGLEVEL`, as OpenCV documents.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET; read when the first file is opened
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
