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

package dev.lumoauth.mcpserver.security;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.util.StringUtils;

/**
 * Whose tokens the server accepts, and where it is.
 *
 * @param lumoauthUrl URL of LumoAuth, whose metadata names the issuer and its keys.
 * @param tenant Tenant whose tokens are accepted. Exactly one of tenant and org-id.
 * @param orgId Organization whose tokens are accepted. Exactly one of tenant and org-id.
 * @param issuer Issuer whose tokens are accepted, if it is not to be read from the
 * metadata; then with jwk-set-uri.
 * @param jwkSetUri URL of the issuer's keys, if it is not to be read from the metadata;
 * then with issuer.
 * @param audience Audience that a token has to be for.
 * @param requiredScope Scope that a token has to have.
 * @param signatureAlgorithms Algorithms that a token may be signed with.
 * @param publicUrl Origin that clients reach this server at, if it is another than the
 * one of their requests.
 * @param allowedHosts Values of the Host header that are answered besides those of the
 * loopback interface and of the public URL; a port may be an asterisk.
 * @param allowedOrigins Values of the Origin header that are answered; without one, no
 * request of a web page is.
 * @param dpopRequired Whether only tokens are accepted that are bound to the key of who
 * sends them, with a proof of possession (RFC 9449).
 * @param exitWithParent Whether to end when the standard input does.
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "financial-data", ignoreUnknownFields = false)
public record ServerProperties(@DefaultValue("https://app.lumoauth.dev") URI lumoauthUrl, @Nullable String tenant,
		@Nullable String orgId, @Nullable String issuer, @Nullable URI jwkSetUri,
		@DefaultValue("urn:mcp:financial-data") String audience, @DefaultValue("mcp:financial") String requiredScope,
		@DefaultValue("RS256") Set<SignatureAlgorithm> signatureAlgorithms, @Nullable URI publicUrl,
		@DefaultValue List<String> allowedHosts, @DefaultValue List<String> allowedOrigins,
		@DefaultValue("false") boolean dpopRequired, @DefaultValue("false") boolean exitWithParent) {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

	/** RFC 6749, section 3.3. */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]+");

	public ServerProperties {
		check(StringUtils.hasText(issuer) == (jwkSetUri != null),
				"'financial-data.issuer' and 'financial-data.jwk-set-uri' go together");
		check(StringUtils.hasText(issuer) || StringUtils.hasText(tenant) != StringUtils.hasText(orgId),
				"set exactly one of 'financial-data.tenant' (LUMOAUTH_TENANT) and 'financial-data.org-id' "
						+ "(LUMOAUTH_ORG_ID)");
		checkName("financial-data.tenant", tenant);
		checkName("financial-data.org-id", orgId);
		checkSecure("financial-data.lumoauth-url", lumoauthUrl);
		checkSecure("financial-data.jwk-set-uri", jwkSetUri);
		check(StringUtils.hasText(audience), "'financial-data.audience' is empty");
		check(SCOPE.matcher(requiredScope).matches(), "'financial-data.required-scope' is not one scope");
		check(!signatureAlgorithms.isEmpty(), "'financial-data.signature-algorithms' is empty");
		check(publicUrl == null || (Urls.isSecure(publicUrl) && Urls.isOrigin(publicUrl)),
				"'financial-data.public-url' is not an origin such as https://mcp.example.com");
	}

	/**
	 * Returns where the authorization server is.
	 * @return the issuer if it is set, or the URL that its metadata is found by, without
	 * a slash at its end
	 */
	public String authorizationServer() {
		if (this.issuer != null && !this.issuer.isBlank()) {
			return this.issuer;
		}
		String base = StringUtils.trimTrailingCharacter(this.lumoauthUrl.toString(), '/');
		return StringUtils.hasText(this.tenant) ? base + "/t/" + this.tenant + "/api/v1"
				: base + "/orgs/" + this.orgId + "/api/v1";
	}

	private static void checkName(String property, @Nullable String value) {
		check(!StringUtils.hasText(value) || NAME.matcher(value).matches(),
				"'%s' is not a name that fits into an address".formatted(property));
	}

	private static void checkSecure(String property, @Nullable URI url) {
		check(url == null || Urls.isSecure(url),
				"'%s' is not an https URL; http is for the loopback interface only".formatted(property));
	}

	private static void check(boolean valid, String message) {
		if (!valid) {
			throw new IllegalArgumentException(message);
		}
	}

}
