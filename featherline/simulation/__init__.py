"""Recordings computed from models of motion, rides, music and speech."""
