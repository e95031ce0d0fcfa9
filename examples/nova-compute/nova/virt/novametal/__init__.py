"""The driver class that Nova's option compute_driver names: novametal.NovaMetalDriver."""

from nova.virt.novametal.driver import NovaMetalDriver

__all__ = ['NovaMetalDriver']
