"""Stock levels of SKUs, and the channels that tell partners about them."""
