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

package dev.lumoauth.devserver;

/**
 * An agent's part, and a person's, in just-in-time permissions, in one tenant and layout.
 */
public class Jit {

	/** What a person has to approve. */
	public static final String PAYMENT = """
			{"type":"payment","actions":["initiate"],"identifier":"inv-12"}""";

	/** What is approved at once. */
	public static final String READ = """
			{"type":"file_access","actions":["read"],"identifier":"report.pdf"}""";

	private final Client client;

	private final String base;

	public Jit(Client client, String base) {
		this.client = client;
		this.base = base;
	}

	public Answer begin(String token, String body) {
		return post("/jit/task", token, body);
	}

	public String task(String token) {
		return begin(token, "{}").get("task_id").toString();
	}

	public Answer ask(String token, String task, String details) {
		return ask(token, task, details, "");
	}

	/**
	 * A request with more, such as {@code ,"requested_ttl":60}.
	 */
	public Answer ask(String token, String task, String details, String more) {
		return post("/jit/request", token,
				"{\"task_id\":\"%s\",\"authorization_details\":%s%s}".formatted(task, details, more));
	}

	public String request(String token, String task, String details) {
		return ask(token, task, details).get("request_id").toString();
	}

	public Answer status(String token, Object request) {
		return this.client.get(this.base + "/jit/request/" + request + "/status", Client.bearer(token));
	}

	public Answer token(String token, Object request) {
		return post("/jit/request/" + request + "/token", token, null);
	}

	public Answer approve(String token, Object request, String body) {
		return post("/jit/approve/" + request, token, body);
	}

	public Answer deny(String token, Object request, String body) {
		return post("/jit/deny/" + request, token, body);
	}

	public Answer pending(String token) {
		return this.client.get(this.base + "/jit/pending", Client.bearer(token));
	}

	public Answer complete(String token, String task) {
		return post("/jit/task/" + task + "/complete", token, null);
	}

	public Answer evaluate(String token, String task, String body) {
		return post("/jit/task/" + task + "/evaluate", token, body);
	}

	public Answer post(String path, String token, String body) {
		return (body != null) ? this.client.json("POST", this.base + path, body, Client.bearer(token))
				: this.client.send("POST", this.base + path, null, Client.bearer(token));
	}

}
