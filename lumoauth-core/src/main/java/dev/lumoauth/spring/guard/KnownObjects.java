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

package dev.lumoauth.spring.guard;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Tells objects apart whose methods are called: what was approved for one of them is not
 * approved for another. An object has its id as long as it lives, in this process only.
 */
final class KnownObjects {

	private static final String PROCESS = UUID.randomUUID().toString();

	private static final AtomicLong LAST = new AtomicLong();

	private static final Map<Object, String> IDS = new IdentityMap();

	private KnownObjects() {
	}

	static String id(Object object) {
		return IDS.computeIfAbsent(object, (each) -> PROCESS + "#" + LAST.incrementAndGet());
	}

	/**
	 * By identity: two objects that are equal are two.
	 */
	private static final class IdentityMap extends ConcurrentReferenceHashMap<Object, String> {

		private IdentityMap() {
			super(16, ReferenceType.WEAK);
		}

		@Override
		protected int getHash(@Nullable Object object) {
			return System.identityHashCode(object);
		}

	}

}
