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

package dev.lumoauth.spring.approval.escalation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.AfterDenial;
import dev.lumoauth.spring.concurrent.BoundedMap;
import dev.lumoauth.spring.approval.ShownText;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.approval.client.JitPermission;
import dev.lumoauth.spring.approval.client.JitPermissionRequest;
import dev.lumoauth.spring.approval.client.JitTask;
import dev.lumoauth.spring.token.RefusedRequest;
import dev.lumoauth.spring.token.RefusedRequestHandler;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.user.UserToken;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Requests missing permissions by LumoAuth's just-in-time requests, one for each refused
 * request. Pending requests are remembered: the next request that is refused for the same
 * reason checks whether the pending one is decided, and nobody is asked twice.
 * <p>
 * A server can't make the agent flood people with requests. After a permission that was
 * not granted, that is pending, or whose token the server did not accept, no permission
 * is requested because of this server for {@code lumoauth.approvals.after-denial}, but
 * for 10 seconds at least, whatever the server names. Each further such request within a
 * day doubles the pause, up to an hour, until the server accepts a granted permission.
 *
 * @since 0.1.0
 */
public final class JitEscalation implements RefusedRequestHandler {

	private static final Log logger = LogFactory.getLog(JitEscalation.class);

	static final Duration QUIET = Duration.ofSeconds(10);

	private static final int MAX_SERVERS = 1_000;

	/** The limit for one server: concurrent requests, and pending requests. */
	private static final int MAX_REQUESTS = 10;

	private final ApprovalsClient client;

	private final Duration ttl;

	private final Duration interval;

	private final Executor executor;

	private final Clock clock;

	private final AfterDenial afterDenial;

	/** By the server and the user. */
	private final Map<String, Server> servers = new BoundedMap<>(MAX_SERVERS);

	/**
	 * Create the escalation.
	 * @param client the agent's connection to LumoAuth
	 * @param ttl how long a permission should last
	 * @param afterDenial how long to request nothing because of a server after a request
	 * that led to nothing
	 * @param interval how often to ask whether a person has decided, with further
	 * requests that are refused
	 * @param executor runs the requests to LumoAuth
	 * @param clock the clock
	 */
	public JitEscalation(ApprovalsClient client, Duration ttl, Duration afterDenial, Duration interval,
			Executor executor, Clock clock) {
		this.client = client;
		this.ttl = ttl;
		this.interval = interval;
		this.executor = executor;
		this.clock = clock;
		this.afterDenial = new AfterDenial((afterDenial.compareTo(QUIET) < 0) ? QUIET : afterDenial);
	}

	@Override
	public CompletableFuture<Optional<SingleUseToken>> handle(RefusedRequest refused) {
		MissingPermission missing = MissingPermissionReader.read(refused);
		return (missing != null) ? request(missing, refused.user())
				: CompletableFuture.completedFuture(Optional.empty());
	}

	private CompletableFuture<Optional<SingleUseToken>> request(MissingPermission missing, @Nullable UserToken user) {
		if (!isReadable(missing.details())) {
			logger.debug("Not asked for " + missing + ": its details have characters that people can't see");
			return CompletableFuture.completedFuture(Optional.empty());
		}
		Server server = server(missing, user);
		Asking asking = server.begin(missing, user, this.clock.instant());
		if (asking == null) {
			logger.debug("Not asked for " + missing + ": this server has just caused the same question");
			return CompletableFuture.completedFuture(Optional.empty());
		}
		try {
			return CompletableFuture.supplyAsync(() -> decided(asking, asked(asking)), this.executor)
				.exceptionally((failure) -> failed(asking, failure))
				.whenComplete((granted, failure) -> server.end());
		}
		catch (RuntimeException ex) { // the executor accepts no more tasks
			server.end();
			return CompletableFuture.completedFuture(failed(asking, ex));
		}
	}

	/**
	 * Return whether a person who reads a value sees all of it, in its order. What is
	 * requested can't be changed for the reader, because LumoAuth issues the token for
	 * it.
	 */
	private static boolean isReadable(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			return isReadable(map.keySet()) && isReadable(map.values());
		}
		if (value instanceof Collection<?> values) {
			return values.stream().allMatch(JitEscalation::isReadable);
		}
		return !(value instanceof String text) || ShownText.of(text, text.length() + 1).equals(text);
	}

	private Server server(MissingPermission missing, @Nullable UserToken user) {
		String key = missing.server() + ((user != null) ? " " + user.key() : "");
		synchronized (this.servers) {
			return this.servers.computeIfAbsent(key, (unknown) -> new Server(this.afterDenial));
		}
	}

	private JitPermission asked(Asking asking) {
		if (asking.requestId != null) {
			return this.client.permission(asking.requestId);
		}
		String why = ShownText.of("The server of '" + asking.missing.server() + "' asks for this permission",
				ShownText.MAX_REASON);
		JitTask task = this.client.beginTask(why, asking.subject);
		asking.taskId = task.id();
		JitPermission permission = this.client.requestPermission(
				new JitPermissionRequest(task.id(), asking.missing.details(), why, this.ttl, null), asking.subject);
		asking.requestId = permission.requestId();
		Instant end = this.clock.instant().plus(this.ttl);
		asking.expiresAt = (permission.expiresAt() != null) ? permission.expiresAt() : end;
		return permission;
	}

	private Optional<SingleUseToken> decided(Asking asking, JitPermission permission) {
		Instant now = this.clock.instant();
		if (permission.isGranted(now)) {
			return Optional.of(new Granted(asking, this.client.permissionToken(permission.requestId())));
		}
		if (permission.status().equals("pending") && asking.expiresAt.isAfter(now)) {
			asking.server.waiting(asking, now, this.interval);
		}
		else {
			logger.debug("Not granted: " + asking.missing);
			asking.server.inVain(now);
			complete(asking);
		}
		return Optional.empty();
	}

	private Optional<SingleUseToken> failed(Asking asking, Throwable failure) {
		Throwable cause = (failure.getCause() != null) ? failure.getCause() : failure;
		// Without the message, which may quote the server's text.
		logger.debug("Could not ask for " + asking.missing + ": " + cause.getClass().getName());
		if (asking.requestId != null
				&& (cause instanceof LumoAuthUnavailableException || cause instanceof LumoAuthRateLimitedException)) {
			asking.server.waiting(asking, this.clock.instant(), this.interval);
			return Optional.empty();
		}
		// LumoAuth has failed, and nobody has denied anything.
		asking.server.quietUntil(this.clock.instant().plus(QUIET));
		complete(asking);
		return Optional.empty();
	}

	/**
	 * Tell LumoAuth in the background that a task is over, since nobody waits for that.
	 */
	private void complete(Asking asking) {
		String taskId = asking.taskId;
		try {
			this.executor.execute(() -> this.client.endTask(taskId));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends before LumoAuth was informed that a task has ended", ex);
		}
	}

	/**
	 * The permissions that are requested because of one server.
	 */
	private static final class Server {

		/** By the details of what is asked for. */
		private final Map<Map<String, Object>, Asking> waiting = new LinkedHashMap<>();

		private final AfterDenial afterDenial;

		private Instant quietUntil = Instant.MIN;

		/** How many requests in a row led to nothing. */
		private int inVain;

		private Instant lastInVain = Instant.EPOCH;

		private int askings;

		private Server(AfterDenial afterDenial) {
			this.afterDenial = afterDenial;
		}

		/**
		 * @return what to ask for; {@code null} if nothing has to be requested now
		 */
		synchronized @Nullable Asking begin(MissingPermission missing, @Nullable UserToken user, Instant now) {
			this.waiting.values().removeIf((each) -> !each.expiresAt.isAfter(now));
			Asking known = this.waiting.get(missing.details());
			boolean soon = (known != null) ? known.askedAgainAt.isAfter(now)
					: this.quietUntil.isAfter(now) || this.waiting.size() >= MAX_REQUESTS;
			if (soon || this.askings >= MAX_REQUESTS) {
				return null;
			}
			this.askings++;
			this.waiting.remove(missing.details());
			return (known != null) ? known : new Asking(this, missing, user);
		}

		synchronized void end() {
			this.askings--;
		}

		synchronized void waiting(Asking asking, Instant now, Duration interval) {
			asking.askedAgainAt = now.plus(interval);
			this.waiting.put(asking.missing.details(), asking);
			if (!asking.counted) {
				asking.counted = true;
				inVain(now);
			}
		}

		synchronized void inVain(Instant now) {
			boolean remembered = this.lastInVain.plus(AfterDenial.REMEMBERED).isAfter(now);
			this.inVain = remembered ? this.inVain + 1 : 1;
			this.lastInVain = now;
			this.quietUntil = now.plus(this.afterDenial.pause(this.inVain));
		}

		synchronized void accepted() {
			this.inVain = 0;
			this.quietUntil = Instant.MIN;
		}

		synchronized void quietUntil(Instant end) {
			this.quietUntil = end;
		}

	}

	/**
	 * One request to LumoAuth. Its steps come one after another.
	 */
	private static final class Asking {

		private final Server server;

		private final MissingPermission missing;

		private final @Nullable TokenSubject subject;

		private volatile @Nullable String taskId;

		private volatile @Nullable String requestId;

		private volatile Instant expiresAt = Instant.MAX;

		private volatile Instant askedAgainAt = Instant.MIN;

		private boolean counted;

		private Asking(Server server, MissingPermission missing, @Nullable UserToken user) {
			this.server = server;
			this.missing = missing;
			this.subject = (user != null) ? TokenSubject.of(user) : null;
		}

	}

	private final class Granted implements SingleUseToken {

		private final Asking asking;

		private final OAuth2AccessToken token;

		private Granted(Asking asking, OAuth2AccessToken token) {
			this.asking = asking;
			this.token = token;
		}

		@Override
		public OAuth2AccessToken token() {
			return this.token;
		}

		@Override
		public void end(boolean accepted) {
			if (accepted) {
				this.asking.server.accepted();
			}
			else {
				this.asking.server.inVain(JitEscalation.this.clock.instant());
			}
			complete(this.asking);
		}

	}

}
