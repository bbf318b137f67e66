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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;

import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * The documents that an agent publishes: its metadata and its public keys.
 *
 * @param agent the agent
 * @param name the display name, or {@code null} for none
 * @param redirectUris the addresses to which users are sent back after consent
 */
record AgentDocuments(AAuthAgent agent, @Nullable String name, List<String> redirectUris) {

	static final String METADATA = "/.well-known/aauth-agent";

	static final String KEYS = "/.well-known/aauth-jwks.json";

	/** The next key has to be published for this time before it may sign. */
	static CacheControl cacheControl() {
		return CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic();
	}

	byte[] metadata() {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("agent", this.agent.identifier());
		metadata.put("jwks_uri", this.agent.identifier() + KEYS);
		if (!this.redirectUris.isEmpty()) {
			metadata.put("redirect_uris", this.redirectUris);
		}
		if (this.name != null) {
			metadata.put("name", this.name);
		}
		return LumoAuthJson.write(metadata);
	}

	byte[] keys() {
		return LumoAuthJson.write(
				Map.of("keys", this.agent.publicKeys().stream().map(JWK::toPublicJWK).map(JWK::toJSONObject).toList()));
	}

}
