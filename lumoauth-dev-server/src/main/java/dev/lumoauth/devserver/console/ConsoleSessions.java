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

package dev.lumoauth.devserver.console;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * The users who are signed in at the console, by browser, at most 100. Thread-safe.
 */
@Component
class ConsoleSessions {

	private static final int MAX_SESSIONS = 100;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final Map<String, SignedIn> sessions = new LinkedHashMap<>();

	synchronized String begin(Tenant tenant, User user) {
		byte[] bytes = new byte[24];
		RANDOM.nextBytes(bytes);
		String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
		if (this.sessions.size() >= MAX_SESSIONS) {
			this.sessions.remove(this.sessions.keySet().iterator().next());
		}
		this.sessions.put(id, new SignedIn(tenant, user));
		return id;
	}

	synchronized @Nullable SignedIn find(@Nullable String id) {
		return (id != null) ? this.sessions.get(id) : null;
	}

	synchronized void end(@Nullable String id) {
		if (id != null) {
			this.sessions.remove(id);
		}
	}

	/**
	 * A user who is signed in.
	 */
	record SignedIn(Tenant tenant, User user) {

	}

}
