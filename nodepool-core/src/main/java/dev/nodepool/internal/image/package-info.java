/** What is done with images: build, upload, remove. Decisions come from the retention package, records from the store. */
@NullMarked
package dev.nodepool.internal.image;

import org.jspecify.annotations.NullMarked;
