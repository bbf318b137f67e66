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

package dev.lumoauth.spring.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.lumoauth.spring.LumoAuthProtocolException;

/**
 * Logs invalid answers of LumoAuth: once per endpoint, until that endpoint has given a
 * valid answer again, so that a broken proxy does not fill the log.
 */
final class MalformedAnswerLog {

	private static final Log logger = LogFactory.getLog(MalformedAnswerLog.class);

	private final Set<URI> logged = ConcurrentHashMap.newKeySet();

	private final LumoAuthAddresses endpoints;

	MalformedAnswerLog(LumoAuthAddresses endpoints) {
		this.endpoints = endpoints;
	}

	LumoAuthProtocolException malformed(URI endpoint, int status, byte[] body, String what) {
		if (this.logged.add(endpoint)) {
			// An answer with a token in it is never quoted: its mistake may be around the
			// token.
			String quoted = this.endpoints.isAnsweredWithSecrets(endpoint) ? "(not shown)"
					: "'" + Excerpt.of(new String(body, StandardCharsets.UTF_8)) + "'";
			logger.warn("LumoAuth at " + endpoint + " answered HTTP " + status + ", but " + what + ": " + quoted
					+ ". Not logged again until it sends a valid answer");
		}
		return new LumoAuthProtocolException("LumoAuth at " + endpoint + " answered HTTP " + status + ", but " + what,
				null);
	}

	void clear() {
		this.logged.clear();
	}

	void wellFormed(URI endpoint) {
		if (!this.logged.isEmpty()) {
			this.logged.remove(endpoint);
		}
	}

}
