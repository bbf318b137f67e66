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

package dev.lumoauth.devserver.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import org.springframework.http.HttpStatus;

/**
 * The faults of LumoAuth that can be switched on, to see how an application reacts.
 *
 * @since 0.1.0
 */
public enum Fault {

	/** It answers 429, with a wait of 5 seconds. */
	TOO_MANY_REQUESTS,

	/** It answers 503. */
	UNAVAILABLE,

	/** It answers, but late. */
	SLOW;

	/** In seconds. */
	static final int RETRY_AFTER = 5;

	/**
	 * Returns the fault's name in paths and in JSON.
	 * @return the name, in lower case and with hyphens
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Finds a fault.
	 * @param id its name in paths
	 * @return the fault, or nothing
	 */
	public static Optional<Fault> of(String id) {
		return Arrays.stream(values()).filter((fault) -> fault.id().equals(id)).findFirst();
	}

	ErrorAnswer answer() {
		return switch (this) {
			case TOO_MANY_REQUESTS ->
				ErrorAnswer.oauth(HttpStatus.TOO_MANY_REQUESTS, "too_many_requests", "The console has switched this on")
					.withEntry("retry_after", RETRY_AFTER)
					.with("Retry-After", String.valueOf(RETRY_AFTER));
			case UNAVAILABLE, SLOW ->
				ErrorAnswer.api(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "The console has switched this on");
		};
	}

}
