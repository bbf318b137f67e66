/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.approval.process;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Distinguishes objects whose code is called: an approval for one object does not count
 * for another. An object has its id as long as it lives, in this process only. Identity
 * counts: two equal objects have two ids. Spring's map of weak references is not used,
 * because it may forget an entry whose key still exists.
 */
final class KnownObjects {

	private static final String PROCESS = UUID.randomUUID().toString();

	private static final AtomicLong LAST = new AtomicLong();

	private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

	private static final Map<Key, String> IDS = new ConcurrentHashMap<>();

	private KnownObjects() {
	}

	static String id(Object object) {
		for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
			IDS.remove(gone);
		}
		return IDS.computeIfAbsent(new Key(object), (key) -> PROCESS + "#" + LAST.incrementAndGet());
	}

	/**
	 * One object.
	 */
	private static final class Key extends WeakReference<Object> {

		private final int hash;

		private Key(Object object) {
			super(object, GONE);
			this.hash = System.identityHashCode(object);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other || (other instanceof Key key && get() != null && get() == key.get());
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}
