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

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * The current user of an application that has no identity at LumoAuth: all code that acts
 * for a user is refused, whoever is signed in.
 */
final class RefusingCurrentUser implements CurrentUser {

	private final String reason;

	RefusingCurrentUser(String reason) {
		this.reason = reason;
	}

	@Override
	public UserToken find() {
		throw new LumoAuthUnavailableException("Nothing acts for a user here: " + this.reason, null);
	}

}
