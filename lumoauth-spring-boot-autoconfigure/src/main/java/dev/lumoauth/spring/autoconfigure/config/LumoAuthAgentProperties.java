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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.StringUtils;

/**
 * The identity of an agent of the application. The properties of the default agent are
 * {@code lumoauth.*}, those of a further agent {@code lumoauth.agents.<name>.*}. The
 * address of LumoAuth and the settings of the connection to it are the same for all
 * agents.
 * <p>
 * For each further agent there are a {@code LumoAuthAgent}, {@code LumoAuthTokens},
 * {@code CapabilityDecisions}, {@code BudgetMonitor} and, with Spring AI,
 * {@code ToolGuard}, injected only by {@code @Qualifier("<name>")}. They share nothing
 * with those of another agent. What the starter guards automatically, it guards as the
 * default agent: {@code @RequiresCapability} on beans and on their tools, and the tools
 * and the budget of the auto-configured {@code ChatClient.Builder}. The {@code ToolGuard}
 * of a named agent additionally guards the tools that are passed to it.
 *
 * @since 0.1.0
 */
public interface LumoAuthAgentProperties {

	@Nullable String clientId();

	@Nullable String clientSecret();

	@Nullable String clientSecretFile();

	List<String> scopes();

	@Nullable String clientAuthenticationMethod();

	@Nullable String sslBundle();

	PrivateKeyJwt privateKeyJwt();

	Dpop dpop();

	/**
	 * Return the method of authentication that is set.
	 * @return the method, by its name at a token endpoint (RFC 7591 section 2);
	 * {@code null} = none is set
	 */
	default @Nullable ClientAuthenticationMethod chosenAuthentication() {
		String method = clientAuthenticationMethod();
		return StringUtils.hasText(method)
				? ClientAuthenticationMethod.valueOf(method.strip().toLowerCase(Locale.ROOT).replace('-', '_')) : null;
	}

	/**
	 * Return how the agent authenticates if no feature makes its credentials.
	 * @return the method, by default {@code client-secret-post}; {@code null} if it needs
	 * a feature
	 */
	default @Nullable ClientAuthentication authentication() {
		ClientAuthenticationMethod chosen = chosenAuthentication();
		return (chosen != null) ? ClientAuthentication.of(chosen) : ClientAuthentication.CLIENT_SECRET_POST;
	}

	/**
	 * Return whether the agent authenticates by a secret, if no feature makes its
	 * credentials.
	 * @return whether it does
	 */
	default boolean hasSecret() {
		ClientAuthentication method = authentication();
		return method != null && method.hasSecret();
	}

	/**
	 * A further agent.
	 *
	 * @param clientId Client id of the agent at LumoAuth.
	 * @param clientSecret Client secret of the agent.
	 * @param clientSecretFile File with the client secret of the agent.
	 * @param scopes Scopes to request. When empty, LumoAuth grants all scopes of the
	 * agent.
	 * @param clientAuthenticationMethod How the agent authenticates at the token
	 * endpoint.
	 * @param sslBundle Name of the SSL bundle for connections to LumoAuth.
	 * @param privateKeyJwt The key that signs the agent's assertions.
	 * @param dpop Proof of possession.
	 */
	record Named(@Nullable String clientId, @Nullable String clientSecret, @Nullable String clientSecretFile,
			@DefaultValue List<String> scopes, @Nullable String clientAuthenticationMethod, @Nullable String sslBundle,
			@DefaultValue PrivateKeyJwt privateKeyJwt, @DefaultValue Dpop dpop) implements LumoAuthAgentProperties {

		/**
		 * Without the secret.
		 */
		@Override
		public String toString() {
			return "Named[clientId=" + this.clientId + "]";
		}

	}

	/**
	 * Proof of possession (RFC 9449).
	 *
	 * @param enabled Whether the agent's tokens are bound to its key; MCP servers that
	 * accept only bound tokens get them anyway.
	 * @param sslBundle Name of the SSL bundle with the key and its certificate, instead
	 * of a key in memory that ends with the process.
	 */
	record Dpop(@DefaultValue("false") boolean enabled, @Nullable String sslBundle) {
	}

	/**
	 * The key with which the agent signs assertions.
	 *
	 * @param keyFile File with the private key, read before each token request: PEM (PKCS
	 * #8), or a JSON Web Key or a set of them.
	 * @param sslBundle Name of the SSL bundle with the private key.
	 * @param keyId Id of the key at LumoAuth ('kid'), if it isn't in the JSON Web Key.
	 * @param algorithm Signature algorithm: ES256, ES384, ES512, RS256, PS256 or EdDSA;
	 * by default the one that fits the key.
	 */
	record PrivateKeyJwt(@Nullable String keyFile, @Nullable String sslBundle, @Nullable String keyId,
			@Nullable String algorithm) {

		boolean hasKey() {
			return StringUtils.hasText(this.keyFile) || StringUtils.hasText(this.sslBundle);
		}

	}

}
