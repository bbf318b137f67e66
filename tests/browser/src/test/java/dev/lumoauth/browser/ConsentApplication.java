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

package dev.lumoauth.browser;

import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.aauth.agent.AAuthUserTokens;
import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.aauth.signature.VerificationKey;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * An application whose users sign in by a form, and which reads documents for them at a
 * resource. The resource is a part of it, behind requests of its own.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ConsentApplication {

	@Bean
	SecurityFilterChain security(HttpSecurity http) {
		return http
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers("/resource/**").permitAll().anyRequest().authenticated())
			.formLogin(Customizer.withDefaults())
			.build();
	}

	@Bean
	UserDetailsService users() {
		return new InMemoryUserDetailsManager(user("anna"), user("ben"));
	}

	@SuppressWarnings("deprecation") // of passwords in source text
	private static UserDetails user(String name) {
		return User.withDefaultPasswordEncoder().username(name).password(name).roles("USER").build();
	}

	@RestController
	static class Documents {

		private final RestClient client;

		Documents(AAuthUserTokens tokens, @Value("${lumoauth.aauth.targets.documents.url}") String url) {
			this.client = RestClient.builder().baseUrl(url).requestInterceptor(tokens.interceptor("documents")).build();
		}

		@GetMapping(path = "/documents", produces = MediaType.TEXT_HTML_VALUE)
		String page(HttpServletRequest request) {
			return """
					<!DOCTYPE html><html lang="en"><title>Documents</title>
					<h1>Documents</h1><p id="local">%s</p><p id="read">%s</p>
					""".formatted(request.getRemoteUser(), this.client.get().uri("").retrieve().body(String.class));
		}

	}

	@RestController
	static class Resource {

		private final Set<String> nonces = ConcurrentHashMap.newKeySet();

		private final MessageVerifier verifier = new MessageVerifier((id, until) -> this.nonces.add(id),
				Clock.systemUTC());

		private final SigningKey key;

		private final String identifier;

		private final String issuer;

		Resource(SigningKey key, @Value("${lumoauth.aauth.targets.documents.resource}") String identifier,
				@Value("${test.issuer}") String issuer) {
			this.key = key;
			this.identifier = identifier;
			this.issuer = issuer;
		}

		@GetMapping("/resource/documents")
		ResponseEntity<String> documents(HttpServletRequest request) throws ParseException {
			String authorization = request.getHeader("Authorization");
			if (authorization == null || authorization.isEmpty()) {
				return ResponseEntity.status(401)
					.header("Agent-Auth", "httpsig; auth-token; resource_token=\"" + resourceToken(request) + "\"")
					.build();
			}
			JWTClaimsSet claims = SignedJWT.parse(authorization.substring("Bearer ".length())).getJWTClaimsSet();
			verify(request, claims);
			return List.of(this.identifier).equals(claims.getAudience())
					? ResponseEntity.ok("Read for " + claims.getSubject() + ", by " + claims.getStringClaim("agent"))
					: ResponseEntity.status(401).build();
		}

		private String resourceToken(HttpServletRequest request) throws ParseException {
			JWTClaimsSet agent = SignedJWT.parse(request.getHeader("Agent-Auth").substring("agent_token=".length()))
				.getJWTClaimsSet();
			Instant now = Instant.now();
			return this.key.sign("resource+jwt", Map.of(),
					new JWTClaimsSet.Builder().issuer(this.identifier)
						.audience(this.issuer)
						.claim("agent", agent.getIssuer())
						.claim("agent_jkt", verify(request, agent))
						.claim("scope", "mcp:read")
						.issueTime(Date.from(now))
						.expirationTime(Date.from(now.plusSeconds(300)))
						.jwtID(UUID.randomUUID().toString())
						.build());
		}

		private String verify(HttpServletRequest request, JWTClaimsSet claims) throws ParseException {
			Map<String, Object> jwk = new LinkedHashMap<>();
			((Map<?, ?>) claims.getJSONObjectClaim("cnf").get("jwk"))
				.forEach((name, value) -> jwk.put(String.valueOf(name), value));
			VerificationKey agent = VerificationKey.of(jwk);
			URI uri = URI.create(request.getRequestURL().toString());
			this.verifier
				.verify(new ReceivedRequest(request.getMethod(), uri.getScheme(), uri.getAuthority(), uri.getRawPath(),
						request.getQueryString(), (name) -> Collections.list(request.getHeaders(name)), new byte[0]),
						agent);
			return agent.thumbprint();
		}

	}

}
