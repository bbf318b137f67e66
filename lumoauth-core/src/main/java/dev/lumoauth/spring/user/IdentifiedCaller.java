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

package dev.lumoauth.spring.user;

import org.jspecify.annotations.Nullable;

/**
 * An authentication that provides its own unique name.
 *
 * @since 0.1.0
 */
public interface IdentifiedCaller {

	/**
	 * Return the name. Two callers with one name are one caller: what one may do, the
	 * other may do.
	 * @return the name, which stays the same when the caller's token is renewed
	 */
	String identity();

	/**
	 * Return the user on whose behalf this caller calls, by a name that LumoAuth knows.
	 * @return an e-mail address or a subject; {@code null} if there is no user
	 */
	@Nullable String user();

	/**
	 * Return the caller for whom this thread works.
	 * @return the caller; {@code null} if there is none, or none with a name of its own
	 */
	static @Nullable IdentifiedCaller current() {
		return (Caller.current().authentication() instanceof IdentifiedCaller caller) ? caller : null;
	}

}
