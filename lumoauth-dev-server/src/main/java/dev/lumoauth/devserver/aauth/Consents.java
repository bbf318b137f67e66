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

package dev.lumoauth.devserver.aauth;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The questions to users, and what users have agreed to. A request token identifies a
 * question. A code identifies the answer.
 */
@Component
class Consents {

	static final Duration REQUEST_LIFETIME = Duration.ofMinutes(10);

	private static final Duration CODE_LIFETIME = Duration.ofMinutes(1);

	private final Tickets<Consent> requests;

	private final Tickets<Consent> codes;

	Consents(Clock clock) {
		this.requests = new Tickets<>("rt_", REQUEST_LIFETIME, clock);
		this.codes = new Tickets<>("ac_", CODE_LIFETIME, clock);
	}

	Tickets<Consent> requests() {
		return this.requests;
	}

	Tickets<Consent> codes() {
		return this.codes;
	}

	/**
	 * Returns whether a redirect URI is registered. The port of a loopback IP address
	 * does not matter (RFC 8252, section 7.3).
	 */
	static boolean isRegistered(String uri, Iterable<URI> registered) {
		for (URI candidate : registered) {
			if (candidate.toString().equals(uri) || candidate.toString().equals(withoutPort(uri, candidate))) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable String withoutPort(String uri, URI registered) {
		boolean isLoopback = registered.getHost() != null && registered.getHost().matches("127\\.0\\.0\\.1|\\[::1]");
		if (!isLoopback) {
			return null;
		}
		String port = (registered.getPort() >= 0) ? ":" + registered.getPort() : "";
		String start = registered.getScheme() + "://" + registered.getHost();
		return uri.startsWith(start)
				? start + uri.substring(start.length()).replaceFirst("^(?::[0-9]{1,5})?(?=/|$)", port) : null;
	}

	/**
	 * A question to a user, or the answer.
	 *
	 * @param grant what the agent asks for, or what the user has agreed to
	 * @param redirectUri the address to which the user returns
	 */
	record Consent(AuthGrant grant, String redirectUri) {

	}

}
