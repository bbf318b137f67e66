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

package dev.lumoauth.spring.aauth.resource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.JWK;

import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * The metadata of a service for agents and for LumoAuth.
 */
final class ResourceMetadata {

	static final String PATH = "/.well-known/aauth-resource";

	static final String JWKS_PATH = "/.well-known/aauth-resource/jwks.json";

	static final String TOKEN_PATH = "/.well-known/aauth-resource/token";

	private static final List<String> COMPONENTS = List.of("@query", "content-digest", "content-type", "authorization");

	private ResourceMetadata() {
	}

	static byte[] of(AAuthResource resource) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("resource", resource.identifier());
		fields.put("jwks_uri", resource.identifier() + JWKS_PATH);
		fields.put("resource_token_endpoint", resource.identifier() + TOKEN_PATH);
		fields.put("supported_scopes", List.copyOf(resource.scopes()));
		fields.put("additional_signature_components", COMPONENTS);
		return LumoAuthJson.write(fields);
	}

	static byte[] keys(ResourceTokens tokens) {
		return LumoAuthJson
			.write(Map.of("keys", tokens.publicKeys().stream().map(JWK::toPublicJWK).map(JWK::toJSONObject).toList()));
	}

}
