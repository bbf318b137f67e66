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

package dev.lumoauth.spring.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.concurrent.WaitAllowance;

/**
 * The HTTP connection to LumoAuth. Its {@link RestClient} throws this library's
 * exceptions only. A response is returned only if its status is 200 or one that the
 * caller named, and if it has at most 1 MiB. Redirects are refused. Calls marked with
 * {@link #safe()} are sent a second time if that helps. After a 429 no request is sent to
 * that endpoint until the wait that it named has passed, at most 30 seconds. After three
 * failures in a row no request is sent for 1 to 10 seconds. After a request that was not
 * answered in time, one request at a time is sent until one is answered.
 * <p>
 * Bodies are passed through as bytes and forms and are never logged here.
 *
 * @since 0.1.0
 */
public final class LumoAuthHttp {

	private final RestClient restClient;

	private final LumoAuthAddresses endpoints;

	private final AuthzAddresses authz;

	private final RecentErrors errors;

	private final RetryAfterGate rateLimitGate;

	private final CircuitBreaker breaker;

	private final RequestPace pace;

	private final Duration maxWait;

	private LumoAuthHttp(Builder builder) {
		RetryAfterGate gate = new RetryAfterGate(builder.clock, !builder.tokensOfMany);
		this.rateLimitGate = gate;
		this.breaker = new CircuitBreaker(builder.clock, builder.nanoTime);
		this.pace = new RequestPace(builder.endpoints.token(), builder.clientId, builder.limits, builder.pause,
				builder.clock, builder.nanoTime);
		this.maxWait = builder.maxWait;
		this.errors = new RecentErrors(builder.endpoints, builder.clock);
		ErrorTranslator translator = new ErrorTranslator(builder.endpoints, builder.clientId, builder.properties,
				builder.clock, gate);
		this.endpoints = builder.endpoints;
		this.authz = new AuthzAddresses(builder.endpoints.authz(), this.errors);
		this.restClient = RestClient.builder()
			.requestFactory(builder.requestFactory)
			.observationRegistry(builder.observationRegistry)
			.observationConvention(new EndpointObservationConvention())
			.requestInterceptor(new ErrorInterceptor(translator, this.errors, builder.budgetListener))
			.requestInterceptor(new CircuitBreakerInterceptor(this.breaker, builder.maxWait, builder.nanoTime))
			.requestInterceptor(new RetryInterceptor(gate, builder.clock, builder.pause))
			.requestInterceptors((interceptors) -> interceptors.addAll(builder.interceptors))
			.requestInterceptor(this.pace)
			.requestInterceptor(new BoundedResponseInterceptor())
			.configureMessageConverters((converters) -> converters.disableDefaults()
				.addCustomConverter(new ByteArrayHttpMessageConverter()))
			.build();
	}

	/**
	 * Return a builder.
	 * @param endpoints LumoAuth's addresses
	 * @param clientId the agent's client id, for messages
	 * @param requestFactory creates the requests; it must have connect and read timeouts
	 * and must not follow redirects
	 * @return the builder
	 */
	public static Builder builder(LumoAuthAddresses endpoints, String clientId,
			ClientHttpRequestFactory requestFactory) {
		return new Builder(endpoints, clientId, requestFactory);
	}

	/**
	 * Return a factory for requests with the JDK's client. It is for short answers: the
	 * timeout is for the whole answer.
	 * @param client sends the requests; it must have a connect timeout and must not
	 * follow redirects
	 * @param readTimeout the maximum duration of a request, including its answer
	 * @return the factory
	 */
	public static ClientHttpRequestFactory requestFactory(HttpClient client, Duration readTimeout) {
		return (uri, method) -> {
			JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(client);
			factory.setReadTimeout(Deadline.within(readTimeout));
			factory.enableCompression(false);
			return factory.createRequest(uri, method);
		};
	}

	/**
	 * Return the client for requests to LumoAuth. It has no base address and adds no
	 * credentials.
	 * @return the client
	 */
	public RestClient restClient() {
		return this.restClient;
	}

	/**
	 * Return how long a chat, or a request to the application, may wait for LumoAuth in
	 * total before it continues without an answer.
	 * @return how long
	 */
	public Duration maxWait() {
		return this.maxWait;
	}

	/**
	 * Return LumoAuth's addresses.
	 * @return the addresses
	 */
	public LumoAuthAddresses endpoints() {
		return this.endpoints;
	}

	/**
	 * Return which of the two addresses of LumoAuth's checks is used now.
	 * @return the address that answered last, or the one to ask first
	 */
	public AuthzPath authzPath() {
		return this.authz.current().path();
	}

	/**
	 * Ask LumoAuth's check of one permission at the address that answered last, and at
	 * the other one if the check is no longer there.
	 * @param <T> the answer's type
	 * @param question sends a request to the given address, and returns only if the
	 * answer is valid; called at most twice
	 * @return the answer
	 * @throws LumoAuthProtocolException if LumoAuth has the check at neither address
	 */
	public <T> T askCheck(Function<URI, T> question) {
		return this.authz.ask((endpoints) -> question.apply(endpoints.check()));
	}

	/**
	 * Ask LumoAuth's check of up to 100 permissions, like {@link #askCheck}.
	 * @param <T> the answer's type
	 * @param question sends a request to the given address, and returns only if the
	 * answer is valid; called at most twice
	 * @return the answer
	 * @throws LumoAuthProtocolException if LumoAuth has the check at neither address
	 */
	public <T> T askCheckBulk(Function<URI, T> question) {
		return this.authz.ask((endpoints) -> question.apply(endpoints.checkBulk()));
	}

	/**
	 * Mark a request as one that only reads, so that it may be sent twice.
	 * @return for {@link RestClient.RequestHeadersSpec#attributes(Consumer)}
	 */
	public static Consumer<Map<String, Object>> safe() {
		return (attributes) -> attributes.put(RetryInterceptor.SAFE, true);
	}

	/**
	 * Mark a request whose address has an id in it. Waits, failures and messages refer to
	 * the endpoint and never contain the id.
	 * @param endpoint the endpoint, as in {@link LumoAuthAddresses}
	 * @param id the id
	 * @return for {@link RestClient.RequestHeadersSpec#attributes(Consumer)}
	 */
	public static Consumer<Map<String, Object>> at(URI endpoint, String id) {
		return (attributes) -> {
			attributes.put(RequestMarks.ENDPOINT, endpoint);
			attributes.put(RequestMarks.ID, id);
		};
	}

	/**
	 * Mark a request that other statuses than 200 can answer.
	 * @param statuses the statuses that are answers
	 * @return for {@link RestClient.RequestHeadersSpec#attributes(Consumer)}
	 */
	public static Consumer<Map<String, Object>> answeredWith(Set<Integer> statuses) {
		return (attributes) -> attributes.put(RequestMarks.ANSWERS, new TreeSet<>(statuses));
	}

	/**
	 * Mark a request that LumoAuth refuses by other statuses than 400, 403 and 404 too,
	 * if the error is in LumoAuth's words.
	 * @param statuses the statuses, such as 409
	 * @return for {@link RestClient.RequestHeadersSpec#attributes(Consumer)}
	 */
	public static Consumer<Map<String, Object>> refusedBy(Set<Integer> statuses) {
		return (attributes) -> attributes.put(RequestMarks.REFUSALS, statuses);
	}

	/**
	 * Mark a request that may fail because of somebody behind LumoAuth. A failure (5xx)
	 * is then a {@link TemporaryFailureException}, which is not an outage of LumoAuth
	 * with one of these error codes.
	 * @param codes the error codes, such as {@code provider_unavailable}
	 * @return for {@link RestClient.RequestHeadersSpec#attributes(Consumer)}
	 */
	public static Consumer<Map<String, Object>> failingBehind(Set<String> codes) {
		return (attributes) -> attributes.put(RequestMarks.FROM_BEHIND, codes);
	}

	/**
	 * Mark a request that the agent signs with its key (RFC 9421). If LumoAuth answers
	 * 401, the key or the signature is the reason, and {@code invalid_request} is a
	 * refusal.
	 * @param secrets what the request says in headers of its own, which is as good as a
	 * token
	 * @return for {@link RestClient.RequestHeadersSpec#attributes(Consumer)}
	 */
	public static Consumer<Map<String, Object>> signed(Set<String> secrets) {
		return (attributes) -> attributes.put(RequestMarks.SIGNED, secrets);
	}

	/**
	 * Mark a request that asks the token endpoint whether there is a token yet. If there
	 * is none, a {@link NoTokenYetException} is thrown, which is not a failure that
	 * {@link #recentErrors()} lists.
	 * @param secrets what the request says, which is as good as the token
	 * @return for {@link RestClient.RequestHeadersSpec#attributes(Consumer)}
	 */
	public static Consumer<Map<String, Object>> poll(Collection<String> secrets) {
		return (attributes) -> attributes.put(RequestMarks.POLL, Set.copyOf(secrets));
	}

	/**
	 * Return how long a poll at LumoAuth's API has to wait. LumoAuth allows 100 requests
	 * a minute for each token. Polls use a part of what all other requests leave, and
	 * {@code Retry-After} and {@code slow_down} of any request with that token count.
	 * Nothing waits here, and no other request has to ask.
	 * @param authorization the poll's {@code Authorization}
	 * @return zero if the poll may be sent, and is sent now; otherwise, ask again after
	 * that time, or before
	 */
	public Duration untilPoll(String authorization) {
		return this.pace.untilPoll(authorization);
	}

	/**
	 * Return how long a poll of the token endpoint has to wait, as {@link #untilPoll}
	 * does for LumoAuth's API. The token endpoint allows 30 requests a minute for
	 * everything.
	 * @return zero if the poll may be sent, and is sent now; otherwise, ask again after
	 * that time, or before
	 */
	public Duration untilTokenPoll() {
		return this.pace.untilPoll(null);
	}

	/**
	 * Report that a successful response is not a valid answer.
	 * @param endpoint the endpoint
	 * @param status the HTTP status
	 * @param what the reason, such as {@code it has no 'allowed'}
	 * @return the exception to throw; it quotes nothing of the body
	 */
	public LumoAuthProtocolException malformed(URI endpoint, int status, String what) {
		LumoAuthProtocolException failure = new LumoAuthProtocolException(
				"LumoAuth at " + endpoint + " answered HTTP " + status + ", but " + what, null);
		this.errors.add(endpoint, status, failure);
		return failure;
	}

	/**
	 * Report that an answer is a refusal although its status counts as an answer, so that
	 * {@link #recentErrors()} lists it.
	 * @param endpoint the endpoint
	 * @param status the HTTP status
	 * @param refusal the exception to throw
	 */
	public void refused(URI endpoint, int status, LumoAuthException refusal) {
		this.errors.add(endpoint, status, refusal);
	}

	/**
	 * Return the last requests that failed, including second attempts, without requests
	 * that were held back. Sends no request.
	 * @return at most 20, the latest first
	 */
	public List<RequestError> recentErrors() {
		return this.errors.all();
	}

	/**
	 * Return the states of the endpoints. Sends no request.
	 * @return the endpoints that every agent uses, and other endpoints while they fail or
	 * get no requests
	 */
	public List<EndpointState> endpointStates() {
		AuthzEndpoints checks = this.authz.current();
		Set<URI> asked = new LinkedHashSet<>(this.endpoints.all());
		asked.removeIf((endpoint) -> this.endpoints.isAuthz(endpoint) && !checks.contains(endpoint));
		Set<URI> all = new LinkedHashSet<>(asked);
		all.addAll(this.breaker.endpoints());
		all.addAll(this.rateLimitGate.endpoints());
		return all.stream()
			.filter((endpoint) -> asked.contains(endpoint) || !state(endpoint).isQuiet())
			.map(this::state)
			.toList();
	}

	private EndpointState state(URI endpoint) {
		return this.breaker.state(endpoint, this.endpoints.nameOf(endpoint), this.rateLimitGate.until(endpoint));
	}

	/**
	 * Forget LumoAuth's failures and the address of its checks, so that every endpoint
	 * may be asked at once.
	 */
	public void forget() {
		this.authz.forget();
		this.breaker.clear();
		this.rateLimitGate.clear();
		this.pace.clear();
		this.errors.clear();
	}

	/**
	 * Builder for a {@link LumoAuthHttp}.
	 */
	public static final class Builder {

		private final LumoAuthAddresses endpoints;

		private final String clientId;

		private final ClientHttpRequestFactory requestFactory;

		private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

		private Clock clock = Clock.systemUTC();

		private Pause pause = Pause.sleeping();

		private String properties = "lumoauth";

		private Duration maxWait = WaitAllowance.DEFAULT_MAX;

		private LongSupplier nanoTime = System::nanoTime;

		private final List<ClientHttpRequestInterceptor> interceptors = new ArrayList<>();

		private Consumer<LumoAuthBudgetExceededException> budgetListener = (ex) -> {
		};

		private boolean tokensOfMany;

		private @Nullable RequestLimits limits;

		private Builder(LumoAuthAddresses endpoints, String clientId, ClientHttpRequestFactory requestFactory) {
			this.endpoints = endpoints;
			this.clientId = clientId;
			this.requestFactory = requestFactory;
		}

		/**
		 * Set where requests are observed; nowhere by default.
		 * @param observationRegistry the registry
		 * @return this builder
		 */
		public Builder observationRegistry(ObservationRegistry observationRegistry) {
			this.observationRegistry = observationRegistry;
			return this;
		}

		/**
		 * Set the clock; the system's by default.
		 * @param clock the clock
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Set how long a chat, or a request to the application, may wait for LumoAuth in
		 * total before it continues without an answer; two seconds by default.
		 * @param maxWait how long
		 * @return this builder
		 */
		public Builder maxWait(Duration maxWait) {
			this.maxWait = maxWait;
			return this;
		}

		/**
		 * Set the monotonic clock; the machine's by default.
		 */
		Builder nanoTime(LongSupplier nanoTime) {
			this.nanoTime = nanoTime;
			return this;
		}

		/**
		 * Set what counts the requests of all replicas together.
		 * @param limits the counts; {@code null}, as by default = each replica counts its
		 * own
		 * @return this builder
		 */
		public Builder limits(@Nullable RequestLimits limits) {
			this.limits = limits;
			return this;
		}

		/**
		 * Set how to wait before a second attempt; by sleeping by default.
		 * @param pause the wait
		 * @return this builder
		 */
		public Builder pause(Pause pause) {
			this.pause = pause;
			return this;
		}

		/**
		 * Set the listener for requests that LumoAuth refused because the agent's budget
		 * is spent. It is called on the thread that made the request, before the
		 * exception is thrown.
		 * @param budgetListener the listener
		 * @return this builder
		 */
		public Builder budgetListener(Consumer<LumoAuthBudgetExceededException> budgetListener) {
			this.budgetListener = budgetListener;
			return this;
		}

		/**
		 * Say where the agent's properties are, for messages; {@code lumoauth} by
		 * default.
		 * @param properties what they begin with, without a dot at the end
		 * @return this builder
		 */
		public Builder properties(String properties) {
			this.properties = properties;
			return this;
		}

		/**
		 * Send the tokens of many callers: LumoAuth's rate limits are per token, so a 429
		 * for one caller does not make the others wait.
		 * @return this builder
		 */
		public Builder tokensOfMany() {
			this.tokensOfMany = true;
			return this;
		}

		/**
		 * Add an interceptor around each request that is sent, including second attempts.
		 * It sees answers of at most 1 MiB, completely read, and no redirects.
		 * @param interceptor the interceptor
		 * @return this builder
		 */
		public Builder requestInterceptor(ClientHttpRequestInterceptor interceptor) {
			this.interceptors.add(interceptor);
			return this;
		}

		/**
		 * Build the connection.
		 * @return the connection to LumoAuth
		 */
		public LumoAuthHttp build() {
			return new LumoAuthHttp(this);
		}

	}

}
