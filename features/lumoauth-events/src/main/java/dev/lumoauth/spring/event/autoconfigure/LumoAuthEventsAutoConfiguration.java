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

package dev.lumoauth.spring.event.autoconfigure;

import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.ByteArrayDecoder;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.actuate.EndpointPart;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.event.EventReceiver;
import dev.lumoauth.spring.event.EventReply;
import dev.lumoauth.spring.event.EventStreamRegistration;
import dev.lumoauth.spring.event.EventStreams;
import dev.lumoauth.spring.event.Revocations;
import dev.lumoauth.spring.event.SecurityEventReceiver;
import dev.lumoauth.spring.event.WebhookReceiver;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * Auto-configuration for the events by which LumoAuth reports what it has revoked. Off by
 * default: without {@code lumoauth.events.ssf.enabled} and
 * {@code lumoauth.events.webhook.enabled} there is no address to which events could be
 * sent. The application's own security has to permit requests to these addresses to
 * everybody, since the events are signed.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@ConditionalOnBean(AgentRuntimes.class)
@Conditional(LumoAuthEventsAutoConfiguration.OnEvents.class)
@EnableConfigurationProperties(LumoAuthEventsProperties.class)
public final class LumoAuthEventsAutoConfiguration {

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	EventEndpoints lumoAuthEventEndpoints(LumoAuthEventsProperties properties, AgentRuntimes agents,
			Revocations revocations, ObjectProvider<EventStreamRegistration> registration) {
		String clientId = clientId(agents);
		new EventsRule(properties).check(clientId);
		Map<String, EventReceiver> endpoints = new LinkedHashMap<>();
		if (properties.ssf().enabled()) {
			endpoints.put(properties.ssf().path(), securityEvents(properties.ssf(), clientId,
					agents.main().get(LumoAuthConnector.class), revocations, registration.getObject()));
		}
		LumoAuthEventsProperties.Webhook webhook = properties.webhook();
		if (webhook.enabled()) {
			endpoints.put(webhook.path(), new WebhookReceiver(revocations, webhook.secrets(), Clock.systemUTC()));
		}
		return new EventEndpoints(endpoints);
	}

	private static EventReceiver securityEvents(LumoAuthEventsProperties.Ssf ssf, @Nullable String clientId,
			LumoAuthConnector connector, Revocations revocations, EventStreamRegistration registration) {
		return new SecurityEventReceiver(revocations, connector.open("events").build(), connector.requestFactory(),
				audience(ssf, clientId), ssf.authorizationToken(), registration);
	}

	private static @Nullable String clientId(AgentRuntimes agents) {
		AgentRuntime agent = agents.main();
		return agent.isAgent() ? agent.identity().clientId() : null;
	}

	private static String audience(LumoAuthEventsProperties.Ssf ssf, @Nullable String clientId) {
		return StringUtils.hasText(ssf.audience()) ? ssf.audience() : String.valueOf(clientId);
	}

	@Bean
	@ConditionalOnBooleanProperty("lumoauth.events.ssf.enabled")
	EventStreamRegistration lumoAuthEventStreamRegistration(LumoAuthEventsProperties properties, AgentRuntimes agents,
			Revocations revocations) {
		LumoAuthEventsProperties.Ssf ssf = properties.ssf();
		AgentRuntime agent = agents.main();
		return new EventStreamRegistration(
				new EventStreams.Request(String.valueOf(ssf.endpointUrl()), String.valueOf(ssf.authorizationToken()),
						audience(ssf, clientId(agents))),
				() -> new EventStreams(agent.get(LumoAuthHttp.class), agent.get(LumoAuthTokens.class)), revocations,
				agent.get(BackgroundWork.class));
	}

	/**
	 * The application can accept events now.
	 */
	@Bean
	@ConditionalOnBooleanProperty("lumoauth.events.ssf.enabled")
	ApplicationListener<ApplicationReadyEvent> lumoAuthEventStreamStart(LumoAuthEventsProperties properties,
			ObjectProvider<EventStreamRegistration> registration) {
		return (ready) -> {
			if (properties.ssf().register()) {
				registration.getObject().register();
			}
		};
	}

	@Bean
	@ConditionalOnMissingPart
	Revocations lumoAuthRevocations(ObjectProvider<RevocationListener> listeners,
			ObjectProvider<Revocations.Counter> counter) {
		return new Revocations(() -> listeners.orderedStream().toList(),
				counter.getIfAvailable(() -> (channel, type, outcome) -> {
				}));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnBooleanProperty("lumoauth.events.ssf.enabled")
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnAvailableEndpoint(LumoAuthEndpoint.class)
		EndpointPart lumoAuthEventStreamPart(EventStreamRegistration stream) {
			return new EventStreamPart(stream);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MetersConfiguration {

		@Bean
		@ConditionalOnMissingBean
		Revocations.Counter lumoAuthEventMeters(ObjectProvider<MeterRegistry> registries) {
			return (channel, type,
					outcome) -> registries.ifUnique((registry) -> registry
						.counter("lumoauth.events", "channel", channel, "type", type, "outcome", outcome)
						.increment());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(RouterFunction.class)
	static class ServletConfiguration {

		@Bean
		RouterFunction<ServerResponse> lumoAuthEventRoutes(EventEndpoints endpoints) {
			RouterFunctions.Builder routes = RouterFunctions.route();
			endpoints.receivers()
				.forEach((path, receiver) -> routes.POST(path, (request) -> answer(receiver, request)));
			return routes.build();
		}

		private static ServerResponse answer(EventReceiver receiver, ServerRequest request) throws IOException {
			byte[] body = request.servletRequest().getInputStream().readNBytes(EventReceiver.MAX_BYTES + 1);
			EventReply reply = receiver.receive(request.headers()::header, body);
			ServerResponse.BodyBuilder response = ServerResponse.status(reply.status())
				.headers((headers) -> headers.putAll(reply.headers()));
			return (reply.body() != null) ? response.body(reply.body()) : response.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ org.springframework.web.reactive.function.server.RouterFunction.class, Mono.class })
	static class ReactiveConfiguration {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<org.springframework.web.reactive.function.server.ServerResponse> lumoAuthEventRoutes(
				EventEndpoints endpoints) {
			var routes = org.springframework.web.reactive.function.server.RouterFunctions.route();
			endpoints.receivers()
				.forEach((path, receiver) -> routes.POST(path, (request) -> answer(receiver, request)));
			return routes.build();
		}

		/**
		 * On a thread that may block.
		 */
		private static Mono<org.springframework.web.reactive.function.server.ServerResponse> answer(
				EventReceiver receiver, org.springframework.web.reactive.function.server.ServerRequest request) {
			return DataBufferUtils.join(request.exchange().getRequest().getBody(), EventReceiver.MAX_BYTES)
				.map((buffer) -> new ByteArrayDecoder().decode(buffer, ResolvableType.NONE, null, null))
				.defaultIfEmpty(new byte[0])
				// One byte more than allowed is enough to know.
				.onErrorReturn(DataBufferLimitException.class, new byte[EventReceiver.MAX_BYTES + 1])
				.publishOn(Schedulers.boundedElastic())
				.map((body) -> receiver.receive(request.headers()::header, body))
				.flatMap((reply) -> {
					var response = org.springframework.web.reactive.function.server.ServerResponse
						.status(reply.status())
						.headers((headers) -> headers.putAll(reply.headers()));
					return (reply.body() != null) ? response.bodyValue(reply.body()) : response.build();
				});
		}

	}

	/**
	 * Without nested conditions: Spring would read a class for each, in every
	 * application.
	 */
	static class OnEvents extends SpringBootCondition {

		private static final List<String> SWITCHES = List.of("lumoauth.events.ssf.enabled",
				"lumoauth.events.ssf.register", "lumoauth.events.webhook.enabled");

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			for (String name : SWITCHES) {
				if (context.getEnvironment().getProperty(name, Boolean.class, false)) {
					return ConditionOutcome.match(name + " is true");
				}
			}
			return ConditionOutcome.noMatch("none of " + SWITCHES + " is true");
		}

	}

}
