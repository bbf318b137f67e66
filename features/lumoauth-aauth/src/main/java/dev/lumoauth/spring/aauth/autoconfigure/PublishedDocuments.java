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

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.resource.AAuthResource;
import dev.lumoauth.spring.aauth.resource.ResourceTokens;

/**
 * Documents that an agent or a service publishes for everyone: its metadata and its
 * public keys.
 *
 * @param documents by their paths; reading a key may take a while or fail
 */
record PublishedDocuments(Map<String, Supplier<Map<String, Object>>> documents) {

	static PublishedDocuments of(AAuthAgent agent, @Nullable String name, Collection<AAuthProperties.Target> targets) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("agent", agent.identifier());
		metadata.put("jwks_uri", agent.identifier() + "/.well-known/aauth-jwks.json");
		List<String> redirectUris = targets.stream()
			.map(AAuthProperties.Target::redirectUri)
			.filter(StringUtils::hasText)
			.distinct()
			.toList();
		if (!redirectUris.isEmpty()) {
			metadata.put("redirect_uris", redirectUris);
		}
		if (StringUtils.hasText(name)) {
			metadata.put("name", name);
		}
		return new PublishedDocuments(Map.of("/.well-known/aauth-agent", () -> metadata, "/.well-known/aauth-jwks.json",
				() -> keys(agent.publicKeys())));
	}

	static PublishedDocuments of(AAuthResource resource) {
		ResourceTokens tokens = resource.resourceTokens();
		Assert.state(tokens != null, "A service without a key has nothing to publish");
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("resource", resource.identifier());
		metadata.put("jwks_uri", resource.identifier() + "/.well-known/aauth-resource/jwks.json");
		metadata.put("supported_scopes", List.copyOf(resource.scopes()));
		metadata.put("additional_signature_components",
				List.of("@query", "content-digest", "content-type", "authorization"));
		return new PublishedDocuments(Map.of("/.well-known/aauth-resource", () -> metadata,
				"/.well-known/aauth-resource/jwks.json", () -> keys(tokens.publicKeys())));
	}

	private static Map<String, Object> keys(List<JWK> keys) {
		return Map.of("keys", keys.stream().map(JWK::toPublicJWK).map(JWK::toJSONObject).toList());
	}

}
