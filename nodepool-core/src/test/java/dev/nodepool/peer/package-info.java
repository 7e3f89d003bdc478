/** How the behaviours that Python's tests check are shown here. */
package dev.nodepool.peer;
