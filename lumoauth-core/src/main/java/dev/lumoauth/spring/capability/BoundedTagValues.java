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

package dev.lumoauth.spring.capability;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits the number of values of a tag, whatever names an application or a server uses:
 * the first 100 values stay unchanged, and all later ones become {@code other}.
 *
 * @since 0.1.0
 */
public final class BoundedTagValues {

	/**
	 * The replacement of a value that exceeds the number of values, or that is too long.
	 */
	public static final String OTHER = "other";

	static final int MAX_VALUES = 100;

	static final int MAX_LENGTH = 256;

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	/**
	 * Return the value to use.
	 * @param value any value
	 * @return the same value, or {@link #OTHER}
	 */
	public String bound(String value) {
		if (this.known.contains(value)) {
			return value;
		}
		if (value.length() > MAX_LENGTH) {
			return OTHER;
		}
		synchronized (this.known) {
			if (this.known.size() >= MAX_VALUES && !this.known.contains(value)) {
				return OTHER;
			}
			this.known.add(value);
			return value;
		}
	}

}
