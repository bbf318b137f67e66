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

package dev.lumoauth.spring.workload;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * The platforms whose tokens this library knows how to get, each by its own conventions.
 * A file or variable in the {@link Settings} takes precedence. Nothing is read or
 * requested before a token is needed.
 *
 * @since 0.1.0
 */
public final class PlatformTokens {

	/** Where the volume of {@code docs/kubernetes.md} is mounted. */
	static final String KUBERNETES_FILE = "/var/run/secrets/lumoauth/token";

	/** Azure's, Google's and AWS' metadata services all have this address. */
	private static final URI LINK_LOCAL = URI.create("http://169.254.169.254");

	private PlatformTokens() {
	}

	/**
	 * Return the token of the file or variable that the settings name, as for workloads
	 * of any other OpenID Connect issuer.
	 * @param settings the settings
	 * @return the source
	 */
	public static PlatformTokenSource oidc(Settings settings) {
		return configuredOr(settings, missing("The provider 'oidc' has no token of its own. Set "
				+ settings.property("token-file") + " or " + settings.property("token-environment-variable")));
	}

	/**
	 * Return a projected service account token, by default that of
	 * {@code /var/run/secrets/lumoauth/token}; never the one that Kubernetes mounts for
	 * its API server.
	 * @param settings the settings
	 * @return the source
	 */
	public static PlatformTokenSource kubernetes(Settings settings) {
		return configuredOr(settings,
				given(KUBERNETES_FILE, "Mount a projected service account token there, see docs/kubernetes.md, or set "
						+ settings.property("token-file"), settings));
	}

	/**
	 * Return Azure's token: that of {@code AZURE_FEDERATED_TOKEN_FILE} (Microsoft Entra
	 * Workload ID), else the managed identity's, for which the settings have to name an
	 * audience.
	 * @param settings the settings
	 * @return the source
	 */
	public static PlatformTokenSource azure(Settings settings) {
		return azure(settings, LINK_LOCAL);
	}

	static PlatformTokenSource azure(Settings settings, URI metadata) {
		String file = settings.variable("AZURE_FEDERATED_TOKEN_FILE");
		return configuredOr(settings,
				(file != null)
						? given(file, "AZURE_FEDERATED_TOKEN_FILE names it, which Azure's webhook sets", settings)
						: new AzureToken(TokenServer.local(settings), settings, metadata));
	}

	/**
	 * Return AWS' token: that of {@code AWS_WEB_IDENTITY_TOKEN_FILE} (IAM roles for
	 * service accounts), else one that AWS STS issues to the role of EKS' pod identity
	 * agent or an ECS task, which needs outbound identity federation.
	 * @param settings the settings
	 * @return the source
	 */
	public static PlatformTokenSource aws(Settings settings) {
		return aws(settings, AwsToken::regional, Clock.systemUTC());
	}

	static PlatformTokenSource aws(Settings settings, Function<String, URI> sts, Clock clock) {
		String file = settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
		return configuredOr(settings,
				(file != null) ? given(file, "AWS_WEB_IDENTITY_TOKEN_FILE names it, which AWS' webhook sets", settings)
						: new AwsToken(settings, sts, clock));
	}

	/**
	 * Return an identity token of Google Cloud's metadata server.
	 * @param settings the settings
	 * @return the source
	 */
	public static PlatformTokenSource gcp(Settings settings) {
		return gcp(settings, LINK_LOCAL);
	}

	static PlatformTokenSource gcp(Settings settings, URI metadata) {
		return configuredOr(settings, new GcpToken(TokenServer.local(settings), settings, metadata));
	}

	/**
	 * Return the token of a job of GitHub Actions.
	 * @param settings the settings
	 * @return the source
	 */
	public static PlatformTokenSource github(Settings settings) {
		return configuredOr(settings, new GithubToken(settings));
	}

	/**
	 * Return a JWT-SVID of the file or variable that the settings name.
	 * @param settings the settings
	 * @return the source
	 */
	public static PlatformTokenSource spiffe(Settings settings) {
		return configuredOr(settings,
				missing("The JWT-SVID is read from a file. Have SPIFFE's helper write one (jwt_svids), and set "
						+ settings.property("token-file")
						+ "; or declare a PlatformTokenSource that asks the Workload API"));
	}

	/**
	 * Return a source that is waited for as LumoAuth is: a chat waits for both no longer
	 * than it may, and while the source hangs, one call asks it and all others are
	 * refused at once. The source is asked on another thread.
	 * @param source the source
	 * @param maxWait how long a chat may wait in total
	 * @return the source
	 */
	public static PlatformTokenSource within(PlatformTokenSource source, Duration maxWait) {
		BoundedWait wait = new BoundedWait("The source of the platform's tokens", maxWait);
		return () -> wait.ask(source::token);
	}

	static String notBlank(String token) {
		Assert.hasText(token, "The platform's token must not be blank");
		return token;
	}

	private static PlatformTokenSource configuredOr(Settings settings, PlatformTokenSource convention) {
		if (settings.tokenFile() != null) {
			return given(settings.tokenFile(), "Mount the file, or correct " + settings.property("token-file"),
					settings);
		}
		if (settings.tokenEnvironmentVariable() != null) {
			return new AudienceCheck(new TokenVariable(settings.tokenEnvironmentVariable(), settings.environment(),
					settings.properties()), settings);
		}
		return convention;
	}

	private static PlatformTokenSource given(String file, String advice, Settings settings) {
		try {
			return new AudienceCheck(new TokenFile(Path.of(file), advice), settings);
		}
		catch (InvalidPathException ex) {
			return missing("The path of the platform's token is not a valid path. " + advice);
		}
	}

	private static PlatformTokenSource missing(String message) {
		return () -> {
			throw new LumoAuthUnavailableException(message, null);
		};
	}

	/**
	 * An application's settings for its platform's token.
	 *
	 * @param tokenFile the file that holds the token, or {@code null} for the platform's
	 * @param tokenEnvironmentVariable the variable that holds the token, or {@code null}
	 * @param audience the audience that the token needs, or {@code null}. It is requested
	 * if the platform issues tokens on request; otherwise it is compared with the token
	 * @param defaultAudience the audience to request if {@code audience} is {@code null},
	 * such as LumoAuth's address; or {@code null}. It is not requested from Azure
	 * @param connectTimeout how long connecting to a platform's server may take
	 * @param readTimeout how long a request to a platform's server may take, including
	 * its answer and the waits before another try
	 * @param environment returns an environment variable's value, such as
	 * {@code System::getenv}
	 * @param properties the prefix of the properties of these settings, for messages,
	 * without a dot at the end
	 * @since 0.1.0
	 */
	public record Settings(@Nullable String tokenFile, @Nullable String tokenEnvironmentVariable,
			@Nullable String audience, @Nullable String defaultAudience, Duration connectTimeout, Duration readTimeout,
			Function<String, @Nullable String> environment, String properties) {

		String property(String name) {
			return this.properties + "." + name;
		}

		@Nullable String variable(String name) {
			String value = this.environment.apply(name);
			return (value == null || value.isBlank()) ? null : value;
		}

		String audienceToAskFor(String platform) {
			String asked = (this.audience != null) ? this.audience : this.defaultAudience;
			if (asked == null) {
				throw new LumoAuthUnavailableException(platform + " issues tokens for an audience, and "
						+ property("audience") + " isn't set. Set it to the audience that the agent has at LumoAuth",
						null);
			}
			return asked;
		}

	}

}
