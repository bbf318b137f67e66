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

package dev.lumoauth.devserver.event;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.lumoauth.devserver.config.WebhookProperties;
import dev.lumoauth.devserver.config.WebhookProperties.SignatureHeader;
import dev.lumoauth.devserver.state.Tenant;

/**
 * A webhook. While its secret is being replaced, it has two secrets. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Webhook implements EventTarget {

	private static final int MAX_LENGTH = 256;

	private final String id;

	private final Tenant tenant;

	private final WebhookProperties settings;

	/** The current one is first. */
	private volatile List<String> secrets;

	private volatile boolean signsWithPrevious;

	Webhook(String id, Tenant tenant, WebhookProperties settings) {
		this.id = id;
		this.tenant = tenant;
		this.settings = settings;
		this.secrets = Stream.of(settings.secret(), String.valueOf(settings.previousSecret()))
			.limit((settings.previousSecret() != null) ? 2 : 1)
			.toList();
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public Tenant tenant() {
		return this.tenant;
	}

	@Override
	public URI url() {
		return this.settings.url();
	}

	/**
	 * Returns the header that the signature is in.
	 * @return the header
	 */
	public SignatureHeader header() {
		return this.settings.header();
	}

	/**
	 * Returns the types of the events that are sent.
	 * @return the types, sorted; none means all
	 */
	public Set<String> events() {
		return new TreeSet<>(this.settings.events());
	}

	/**
	 * Returns how many secrets are valid.
	 * @return one, or two
	 */
	public int validSecrets() {
		return this.secrets.size();
	}

	/**
	 * Makes another secret the current one. The previous secret stays valid.
	 * @param secret 1 to 256 characters
	 * @param signWithPrevious whether events are still signed with the previous secret
	 */
	public synchronized void replaceSecret(String secret, boolean signWithPrevious) {
		if (secret.isBlank() || secret.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("a secret is 1 to %d characters".formatted(MAX_LENGTH));
		}
		this.secrets = List.of(secret, this.secrets.get(0));
		this.signsWithPrevious = signWithPrevious;
	}

	/**
	 * Makes the previous secret invalid.
	 */
	public synchronized void endPreviousSecret() {
		this.secrets = List.of(this.secrets.get(0));
		this.signsWithPrevious = false;
	}

	synchronized String signingSecret() {
		return this.secrets.get((this.signsWithPrevious && this.secrets.size() > 1) ? 1 : 0);
	}

	boolean takes(EventKind kind) {
		return this.settings.events().isEmpty() || this.settings.events().contains(kind.type());
	}

	@Override
	public String toString() {
		return this.id;
	}

}
