/* On the stub at an address that has moved: lead on to its page, with the part of the address behind #. */
location.replace(document.querySelector("a").href + location.hash);
