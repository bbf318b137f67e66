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

package dev.lumoauth.devserver.web;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Applies the fault that is switched on, if there is one, to LumoAuth's own paths. The
 * admin API still works, so that the fault can be switched off again.
 *
 * @since 0.1.0
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 15)
public class Faults extends OncePerRequestFilter {

	/** Longer than the starter's timeout. */
	private static final Duration DELAY = Duration.ofSeconds(6);

	private volatile @Nullable State state;

	/**
	 * Returns the fault that is switched on.
	 * @return the fault, or {@code null} if there is none
	 */
	public @Nullable Fault current() {
		State current = this.state;
		return (current != null) ? current.fault : null;
	}

	/**
	 * Returns how long {@link Fault#SLOW} takes.
	 * @return the delay of each answer
	 */
	public Duration delay() {
		State current = this.state;
		return (current != null) ? current.delay : DELAY;
	}

	/**
	 * Returns since when the fault is switched on.
	 * @return the time, the beginning of time if there is no fault
	 */
	public Instant since() {
		State current = this.state;
		return (current != null) ? current.since : Instant.EPOCH;
	}

	/**
	 * Switches a fault on. It replaces another one.
	 * @param fault the fault
	 * @param delay how long {@link Fault#SLOW} takes, {@code null} for 6 seconds
	 */
	public void switchOn(Fault fault, @Nullable Duration delay) {
		this.state = new State(fault, (delay != null) ? delay : DELAY, Instant.now());
	}

	/**
	 * Clears the fault.
	 */
	public void switchOff() {
		this.state = null;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		State current = this.state;
		if (current == null || !ApiPaths.isOfLumoAuth(request.getRequestURI())) {
			chain.doFilter(request, response);
		}
		else if (current.fault == Fault.SLOW) {
			sleep(current.delay);
			chain.doFilter(request, response);
		}
		else {
			RequestLog.note(request, "switched on: " + current.fault.id());
			current.fault.answer().writeTo(response);
		}
	}

	private static void sleep(Duration delay) {
		try {
			Thread.sleep(delay.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record State(Fault fault, Duration delay, Instant since) {

	}

}
