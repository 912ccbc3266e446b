/* On the stub at an address that has moved: go to the new address, and keep the part after #. */
location.replace(document.querySelector("a").href + location.hash);
