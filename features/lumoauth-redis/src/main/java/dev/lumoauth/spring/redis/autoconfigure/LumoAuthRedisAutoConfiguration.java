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

package dev.lumoauth.spring.redis.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.capability.SharedDecisions;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.redis.RedisRevocationRelay;
import dev.lumoauth.spring.redis.RedisTokenStore;
import dev.lumoauth.spring.revocation.RevocationRelay;
import dev.lumoauth.spring.revocation.RevocationSource;
import dev.lumoauth.spring.http.Pause;
import dev.lumoauth.spring.http.RequestLimits;
import dev.lumoauth.spring.redis.RedisSharing;
import dev.lumoauth.spring.redis.SharedTokenStore;
import dev.lumoauth.spring.redis.StoredTokens;
import dev.lumoauth.spring.token.cache.SharedTokens;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for what replicas share by Redis: with
 * {@code lumoauth.token-store.type=redis} their tokens and the requests that LumoAuth
 * allows in a minute, with {@code lumoauth.capabilities.store=redis} answers about
 * capabilities too, and the events of an application that receives LumoAuth's.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = LumoAuthAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@EnableConfigurationProperties({ LumoAuthTokenStoreProperties.class, TokenStoreType.class, DecisionStore.class })
public final class LumoAuthRedisAutoConfiguration {

	private static final Log logger = LogFactory.getLog(LumoAuthRedisAutoConfiguration.class);

	private static final Duration PAUSE = Duration.ofSeconds(5);

	private static final String KEY = "lumoauth.token-store.encryption-key";

	private static final String TYPE = "lumoauth.token-store.type";

	private static final String STORE = "lumoauth.capabilities.store";

	private static final String TIMEOUT = "lumoauth.token-store.timeout";

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnProperty(name = TYPE, havingValue = "redis")
	@ConditionalOnMissingBean(SharedTokenStore.class)
	RedisTokenStore lumoAuthRedisTokenStore(ObjectProvider<RedisConnectionFactory> connectionFactory) {
		RedisConnectionFactory redis = connectionFactory.getIfUnique();
		if (redis == null) {
			throw noRedis(TYPE);
		}
		return new RedisTokenStore(redis);
	}

	/**
	 * Not lazy either, for the same reason.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnBean(SharedTokenStore.class)
	@ConditionalOnMissingBean(SharedTokens.class)
	StoredTokens lumoAuthSharedTokens(SharedTokenStore store, LumoAuthTokenStoreProperties properties) {
		StoredTokens tokens = new StoredTokens(store, key(properties.encryptionKey()), timeout(properties.timeout()),
				Clock.systemUTC(), Pause.sleeping());
		tokens.connect();
		return tokens;
	}

	@Bean
	@ConditionalOnProperty(name = TYPE, havingValue = "redis")
	@ConditionalOnBean(StoredTokens.class)
	RedisSharing lumoAuthRedisSharing(StoredTokens tokens, ObjectProvider<RedisConnectionFactory> connectionFactory) {
		RedisConnectionFactory redis = connectionFactory.getIfUnique();
		if (redis == null) {
			throw noRedis(TYPE);
		}
		return new RedisSharing(tokens, redis);
	}

	@Bean
	@ConditionalOnBean(RedisSharing.class)
	@ConditionalOnMissingBean
	RequestLimits lumoAuthRequestLimits(RedisSharing sharing) {
		return sharing.requestLimits();
	}

	/**
	 * Not lazy, for the same reason.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnProperty(name = STORE, havingValue = "redis")
	@ConditionalOnMissingBean
	SharedDecisions lumoAuthSharedDecisions(ObjectProvider<RedisSharing> sharing) {
		RedisSharing redis = sharing.getIfAvailable();
		if (redis == null) {
			throw invalid(STORE + "=redis needs " + TYPE + "=redis, which is not set.",
					"Set " + TYPE + "=redis and " + KEY + ", or leave " + STORE + " out.");
		}
		return redis.decisions();
	}

	@Bean
	@ConditionalOnBean(RedisSharing.class)
	AgentFeature lumoAuthSharingFeature(ObjectProvider<RedisSharing> sharing) {
		return (agent) -> agent.describes("shared", (runtime) -> sharing.getObject().describe());
	}

	private static Duration timeout(Duration timeout) {
		if (timeout.compareTo(StoredTokens.MAX_TIMEOUT) > 0 || timeout.isNegative() || timeout.isZero()) {
			throw invalid(TIMEOUT + " is " + timeout + ", which is not above zero and at most 10 s.",
					"Set " + TIMEOUT + " to the time that a tool call may wait for the store, such as 1s.");
		}
		return timeout;
	}

	private static byte[] key(@Nullable String encoded) {
		ConfigurationProblems problems = new ConfigurationProblems();
		if (problems.refusePlaceholder(encoded, KEY)) {
			throw problems.asException();
		}
		byte[] key = decode((encoded != null) ? encoded.trim() : "");
		if (key.length < StoredTokens.MIN_KEY_BYTES) {
			throw invalid(
					KEY + ((encoded == null) ? " is not set, and shared tokens are not kept unencrypted."
							: " is not 32 bytes or more in Base64."),
					"Set it to the same secret in all replicas; 'openssl rand -base64 32' makes one.");
		}
		return key;
	}

	/**
	 * The exception has no cause, because the cause would quote the key.
	 */
	private static byte[] decode(String encoded) {
		try {
			return Base64.getDecoder().decode(encoded);
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

	/**
	 * Not lazy either: it begins to listen to the other replicas.
	 * @return the relay; {@code null} if no events are passed on
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean(RevocationRelay.class)
	@Nullable RedisRevocationRelay lumoAuthRevocationRelay(ObjectProvider<RevocationSource> source,
			ObjectProvider<RedisConnectionFactory> connectionFactory, ObjectProvider<LumoAuthConnectionDetails> details,
			ObjectProvider<AgentRuntimes> agents, Environment environment) {
		RevocationSource revocations = source.getIfAvailable();
		RedisConnectionFactory redis = connectionFactory.getIfUnique();
		if (revocations == null || redis == null) {
			return null;
		}
		byte[] secret = secret(details.getIfAvailable(), environment);
		if (secret == null) {
			logger.warn("LumoAuth's events are not passed on to other replicas: there is Redis, but no secret that "
					+ "the replicas share. Set " + KEY
					+ " to the same secret in all replicas; 'openssl rand -base64 32' " + "makes one.");
			return null;
		}
		BackgroundWork work = agents.getObject().main().get(BackgroundWork.class);
		RedisRevocationRelay relay = new RedisRevocationRelay(revocations, redis, secret, work.executor(),
				work.later(PAUSE), Clock.systemUTC());
		revocations.relayBy(relay);
		return relay;
	}

	/**
	 * Return a secret that only the replicas share: the key of shared tokens, or the
	 * agent's secret.
	 */
	private static byte @Nullable [] secret(@Nullable LumoAuthConnectionDetails details, Environment environment) {
		String key = environment.getProperty(KEY);
		String secret = StringUtils.hasText(key) ? key.trim() : (details != null) ? details.getClientSecret() : null;
		return StringUtils.hasText(secret) ? secret.getBytes(StandardCharsets.UTF_8) : null;
	}

	/**
	 * The metrics of what is shared: {@code lumoauth.shared}, by what it is and how it
	 * was used, and {@code lumoauth.shared.replicas}, which is not a number if that is
	 * not known.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetersConfiguration {

		/**
		 * Not on the bean that is described: Spring looks at this class first.
		 */
		@Bean
		@ConditionalOnProperty(name = TYPE, havingValue = "redis")
		@ConditionalOnMissingBean(name = "lumoAuthSharingMeters")
		MeterBinder lumoAuthSharingMeters(ObjectProvider<RedisSharing> sharing) {
			return (registry) -> sharing.ifAvailable((shared) -> bind(shared, registry));
		}

		private static void bind(RedisSharing sharing, MeterRegistry registry) {
			sharing.counts()
				.forEach((what, uses) -> uses.keySet()
					.forEach((use) -> FunctionCounter
						.builder("lumoauth.shared", sharing,
								(shared) -> shared.counts().getOrDefault(what, Map.of()).getOrDefault(use, 0L))
						.description("What this replica has taken from the others, given to them, or held back")
						.tag("what", what)
						.tag("use", use)
						.register(registry)));
			Gauge.builder("lumoauth.shared.replicas", sharing, MetersConfiguration::replicas)
				.description("Replicas that have used Redis in the last five minutes")
				.register(registry);
		}

		private static double replicas(RedisSharing sharing) {
			Long replicas = sharing.replicas();
			return (replicas != null) ? replicas : Double.NaN;
		}

	}

	private static InvalidLumoAuthConfigurationException noRedis(String property) {
		return invalid(property + "=redis needs a RedisConnectionFactory, and there is none.",
				"Add spring-boot-starter-data-redis and set spring.data.redis.*, or leave " + property + " out.");
	}

	private static InvalidLumoAuthConfigurationException invalid(String description, String action) {
		ConfigurationProblems problems = new ConfigurationProblems();
		problems.add(description, action);
		return problems.asException();
	}

}
