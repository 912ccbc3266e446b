/* On the stub at an address that has moved: go to the new one, and keep what stands after it. */
location.replace(document.querySelector("a").href + location.search + location.hash);
