/** The documents, as far as the build can tell whether they are true. */
package dev.nodepool.docs;
