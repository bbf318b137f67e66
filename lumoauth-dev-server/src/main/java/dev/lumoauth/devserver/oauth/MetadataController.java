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

package dev.lumoauth.devserver.oauth;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import dev.lumoauth.devserver.jose.Signatures;
import dev.lumoauth.devserver.tls.TlsPort;
import dev.lumoauth.devserver.user.UserScopes;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The server's metadata (RFC 8414 and OpenID Connect Discovery 1.0), before the issuer's
 * path as in RFC 8414, and after it as in LumoAuth's documents.
 */
@RestController
class MetadataController {

	private static final List<String> METHODS = List.of("client_secret_basic", "client_secret_post", "private_key_jwt",
			"none");

	private final TlsPort tlsPort;

	MetadataController(TlsPort tlsPort) {
		this.tlsPort = tlsPort;
	}

	@GetMapping({ ApiPaths.TENANT + "/.well-known/oauth-authorization-server",
			ApiPaths.TENANT + "/.well-known/openid-configuration",
			"/.well-known/oauth-authorization-server" + ApiPaths.TENANT,
			"/.well-known/openid-configuration" + ApiPaths.TENANT })
	ResponseEntity<Map<String, Object>> metadata(HttpServletRequest request) {
		String issuer = ApiPaths.issuerOf(request);
		TreeSet<String> scopes = new TreeSet<>(UserScopes.ofAny(CurrentTenant.get()));
		CurrentTenant.get().agents().forEach((agent) -> scopes.addAll(agent.grantableScopes()));
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("issuer", issuer);
		metadata.put("authorization_endpoint", issuer + OAuthSecurity.AUTHORIZE);
		metadata.put("token_endpoint", issuer + OAuthSecurity.TOKEN);
		metadata.put("userinfo_endpoint", issuer + "/oauth/userinfo");
		metadata.put("introspection_endpoint", issuer + OAuthSecurity.INTROSPECT);
		metadata.put("revocation_endpoint", issuer + OAuthSecurity.REVOKE);
		metadata.put("jwks_uri", issuer + OAuthSecurity.JWKS);
		putMethods(metadata, issuer);
		metadata.put("token_endpoint_auth_signing_alg_values_supported", Signatures.ALGORITHMS);
		metadata.put("dpop_signing_alg_values_supported", Signatures.ALGORITHMS);
		metadata.put("grant_types_supported",
				List.of("client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange", "authorization_code",
						"refresh_token", CibaRequest.GRANT.getValue()));
		metadata.put("backchannel_authentication_endpoint", issuer + OAuthSecurity.BACKCHANNEL);
		metadata.put("backchannel_token_delivery_modes_supported", List.of("poll"));
		metadata.put("backchannel_user_code_parameter_supported", false);
		metadata.put("response_types_supported", List.of("code"));
		metadata.put("response_modes_supported", List.of("query"));
		metadata.put("code_challenge_methods_supported", List.of("S256"));
		metadata.put("subject_types_supported", List.of("public"));
		metadata.put("id_token_signing_alg_values_supported", List.of("RS256"));
		metadata.put("scopes_supported", scopes);
		metadata.put("resource_indicators_supported", true);
		metadata.put("authorization_response_iss_parameter_supported", true);
		return ResponseEntity.ok().cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic()).body(metadata);
	}

	/**
	 * Includes the endpoints for client certificates, if there is a port for them (RFC
	 * 8705).
	 */
	private void putMethods(Map<String, Object> metadata, String issuer) {
		List<String> methods = new ArrayList<>(METHODS);
		if (this.tlsPort.number() > 0) {
			methods.add("tls_client_auth");
			URI uri = URI.create(issuer);
			String alias = "https://%s:%d%s".formatted(uri.getHost(), this.tlsPort.number(), uri.getPath());
			Map<String, Object> aliases = new LinkedHashMap<>();
			aliases.put("token_endpoint", alias + OAuthSecurity.TOKEN);
			aliases.put("introspection_endpoint", alias + OAuthSecurity.INTROSPECT);
			aliases.put("revocation_endpoint", alias + OAuthSecurity.REVOKE);
			aliases.put("backchannel_authentication_endpoint", alias + OAuthSecurity.BACKCHANNEL);
			aliases.put("userinfo_endpoint", alias + "/oauth/userinfo");
			metadata.put("mtls_endpoint_aliases", aliases);
			metadata.put("tls_client_certificate_bound_access_tokens", true);
		}
		metadata.put("token_endpoint_auth_methods_supported", methods);
	}

}
