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

package dev.lumoauth.devserver.event;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The faults of events that can be switched on.
 *
 * @since 0.1.0
 */
public enum EventFault {

	/** It is not sent. */
	LOSE,
	/** It is sent three times. */
	REPEAT,
	/** It is sent after the next one, or after 2 seconds. */
	REORDER,
	/** It is sent some time later. */
	DELAY,
	/** It is signed with another key, or with another secret. */
	WRONG_KEY,
	/** It is for another audience. */
	WRONG_AUDIENCE,
	/** It is from another issuer. */
	WRONG_ISSUER,
	/** It says that it is a day old. */
	OLD;

	/**
	 * Returns the name in paths and in JSON.
	 * @return the name, in lower case with hyphens
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Finds a fault.
	 * @param id its name in paths
	 * @return the fault, or nothing
	 */
	public static Optional<EventFault> of(String id) {
		return Arrays.stream(values()).filter((fault) -> fault.id().equals(id)).findFirst();
	}

	/**
	 * Returns the names of all faults.
	 * @return the names
	 */
	public static List<String> ids() {
		return Arrays.stream(values()).map(EventFault::id).toList();
	}

}
