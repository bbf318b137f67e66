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
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.resource.AAuthResource;
import dev.lumoauth.spring.aauth.resource.ResourceTokens;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * The documents that an agent or a service publishes for everyone, in servlet and in
 * reactive applications. The application's own security decides who may read them.
 */
final class PublishedDocuments {

	private static final CacheControl PUBLIC = CacheControl.maxAge(Duration.ofMinutes(1)).cachePublic();

	private PublishedDocuments() {
	}

	private static ResponseEntity<byte[]> document(Map<String, Object> fields) {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_JSON)
			.cacheControl(PUBLIC)
			.body(LumoAuthJson.write(fields));
	}

	private static ResponseEntity<byte[]> keys(Supplier<List<JWK>> keys) {
		try {
			return document(Map.of("keys", keys.get().stream().map(JWK::toPublicJWK).map(JWK::toJSONObject).toList()));
		}
		catch (LumoAuthUnavailableException ex) {
			return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build();
		}
	}

	/**
	 * The metadata and the keys of an agent. Not final: an application may have advice
	 * for all its controllers.
	 */
	@RestController
	static class OfAgent {

		private final AAuthAgent agent;

		private final Map<String, Object> metadata = new LinkedHashMap<>();

		OfAgent(AAuthAgent agent, @Nullable String name, List<String> redirectUris) {
			this.agent = agent;
			this.metadata.put("agent", agent.identifier());
			this.metadata.put("jwks_uri", agent.identifier() + "/.well-known/aauth-jwks.json");
			if (!redirectUris.isEmpty()) {
				this.metadata.put("redirect_uris", redirectUris);
			}
			if (StringUtils.hasText(name)) {
				this.metadata.put("name", name);
			}
		}

		@GetMapping("/.well-known/aauth-agent")
		ResponseEntity<byte[]> metadata() {
			return document(this.metadata);
		}

		@GetMapping("/.well-known/aauth-jwks.json")
		ResponseEntity<byte[]> keys() {
			return PublishedDocuments.keys(this.agent::publicKeys);
		}

	}

	/**
	 * The metadata and the key of a service that issues resource tokens.
	 */
	@RestController
	static class OfService {

		private final AAuthResource resource;

		OfService(AAuthResource resource) {
			this.resource = resource;
		}

		@GetMapping("/.well-known/aauth-resource")
		ResponseEntity<byte[]> metadata() {
			Map<String, Object> metadata = new LinkedHashMap<>();
			metadata.put("resource", this.resource.identifier());
			metadata.put("jwks_uri", this.resource.identifier() + "/.well-known/aauth-resource/jwks.json");
			metadata.put("supported_scopes", List.copyOf(this.resource.scopes()));
			metadata.put("additional_signature_components",
					List.of("@query", "content-digest", "content-type", "authorization"));
			return (this.resource.resourceTokens() != null) ? document(metadata) : ResponseEntity.notFound().build();
		}

		@GetMapping("/.well-known/aauth-resource/jwks.json")
		ResponseEntity<byte[]> keys() {
			ResourceTokens tokens = this.resource.resourceTokens();
			return (tokens != null) ? PublishedDocuments.keys(() -> List.of(tokens.publicKey()))
					: ResponseEntity.notFound().build();
		}

	}

}
