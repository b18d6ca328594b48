"""What a worse sensor, another place or another way to carry a device costs a deployed model."""
