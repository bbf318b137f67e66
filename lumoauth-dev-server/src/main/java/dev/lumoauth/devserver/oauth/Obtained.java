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

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.workload.Workload;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;

/**
 * How a client authenticated when a token was issued.
 *
 * @param way the authentication method (RFC 7591, section 2), or another word if there
 * was none
 * @param keyId {@code kid} of the client's key
 * @param provider the platform that issued the token
 * @param issuer the issuer of the platform's token
 * @param subject the subject of the platform's token
 * @param certificate the subject of the client's certificate
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Obtained(String way, @JsonProperty("key_id") @Nullable String keyId, @Nullable String provider,
		@Nullable String issuer, @Nullable String subject, @Nullable String certificate) {

	private static final String ATTRIBUTE = Obtained.class.getName();

	static Obtained by(String way) {
		return new Obtained(way, null, null, null, null, null);
	}

	static Obtained byKey(@Nullable String keyId) {
		return new Obtained("private_key_jwt", keyId, null, null, null, null);
	}

	/**
	 * Obtained by a request that the client has signed.
	 * @param way the kind of request
	 * @param thumbprint the thumbprint of the client's key (RFC 7638)
	 * @return how the client proved its identity
	 */
	public static Obtained bySignature(String way, String thumbprint) {
		return new Obtained(way, thumbprint, null, null, null, null);
	}

	static Obtained byPlatform(String way, Workload workload) {
		return new Obtained(way, null, workload.identity().provider().id(), workload.identity().issuer(),
				workload.subject(), null);
	}

	static Obtained byCertificate(String subject) {
		return new Obtained("tls_client_auth", null, null, null, null, subject);
	}

	/**
	 * Keeps this for a token that the request may be answered with.
	 */
	Obtained keepFor(HttpServletRequest request) {
		request.setAttribute(ATTRIBUTE, this);
		return this;
	}

	/**
	 * Returns how the client of the current request authenticated.
	 * @param otherwise the word to use if the client did not authenticate
	 */
	static Obtained current(String otherwise) {
		if (CurrentTenant.request().getAttribute(ATTRIBUTE) instanceof Obtained kept) {
			return kept;
		}
		return (SecurityContextHolder.getContext()
			.getAuthentication() instanceof OAuth2ClientAuthenticationToken client)
					? by(client.getClientAuthenticationMethod().getValue()) : by(otherwise);
	}

	static void save(Obtained obtained, OAuth2Authorization.Builder authorization) {
		authorization.attribute(ATTRIBUTE, obtained);
	}

	static Obtained of(OAuth2Authorization authorization) {
		Obtained saved = authorization.getAttribute(ATTRIBUTE);
		return (saved != null) ? saved : by("login");
	}

}
