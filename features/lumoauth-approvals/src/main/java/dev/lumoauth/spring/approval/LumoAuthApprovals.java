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

package dev.lumoauth.spring.approval;

import java.time.Duration;
import java.util.List;

import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.call.Action;
import org.jspecify.annotations.Nullable;

/**
 * The approvals that an agent asks people for. Guarded calls ask automatically.
 * Application code uses this interface to ask for what an annotation can't express, to
 * list pending requests, and to resume approved calls.
 * <p>
 * Thread-safe. A method that asks LumoAuth throws
 * {@link dev.lumoauth.spring.LumoAuthUnavailableException}, or a more specific subclass,
 * if there is no answer. This never counts as an approval.
 *
 * @since 0.1.0
 */
public interface LumoAuthApprovals {

	/**
	 * Ask a person to approve something, for the user on this thread. A repeated request
	 * returns the existing one.
	 * @param tool the name of the action
	 * @param arguments the arguments of the action; the person sees them
	 * @param rule the reason, with placeholders for the arguments, and the impact
	 * @return the request in its current state
	 * @throws NobodyToAskException if nobody can be asked
	 * @throws IllegalArgumentException if an argument is not valid JSON
	 */
	Approval request(String tool, CallArguments arguments, ApprovalRule rule);

	/**
	 * Return the requests that wait for a person, and those that are approved and have
	 * not run. Sends no request.
	 * @return at most 1,000 requests, the oldest first
	 */
	List<Approval> pending();

	/**
	 * Return the calls that have started and whose end is not known: either they are
	 * running, or the process that ran them has died. None of these calls is run again
	 * automatically. Sends no request.
	 * @return at most 1,000 requests, the oldest first
	 */
	List<Approval> undecided();

	/**
	 * Return a request in its current state. LumoAuth is asked if the request is pending
	 * and its state was not read within the channel's interval.
	 * @param id the request's id
	 * @return the request
	 * @throws IllegalArgumentException if there is no request with that id
	 */
	Approval status(String id);

	/**
	 * Read the state of a request from LumoAuth now, because of a notification that it is
	 * decided. Call this method with the {@code request_id} of LumoAuth's call to
	 * {@code lumoauth.approvals.callback-url}. Nothing else of the notification is used,
	 * since anybody could send it.
	 * @param reference the id of a request at LumoAuth; an id that is not known, or whose
	 * request is not pending, is ignored
	 */
	void notified(String reference);

	/**
	 * Cancel a request, so that its call can't run any more. For a call that has started,
	 * cancelling says that a person has checked what the call did: the same call may then
	 * ask again.
	 * @param id the request's id
	 * @return the cancelled request; or the unchanged request if it was over already
	 * @throws IllegalArgumentException if there is no request with that id
	 * @throws IllegalStateException if the call is running in this process, or in another
	 * one that was alive within the last 30 seconds
	 */
	Approval cancel(String id);

	/**
	 * Wait for a decision. Holds the thread.
	 * @param id the id of the request
	 * @param atMost the longest time to wait
	 * @return the request in its new state; {@code PENDING} if nobody has decided
	 * @throws IllegalArgumentException if there is no request with that id
	 */
	Approval await(String id, Duration atMost);

	/**
	 * Run the call of a request through the guard again, as the caller who made it. The
	 * process that made the call has everything it needs. In another process the tool is
	 * found by its name, and the user has to be set on this thread.
	 * <p>
	 * In the process that made the call, nobody checks who is signed in on this thread: a
	 * person's decision may come on any thread. If the id comes from a user, compare that
	 * user with the call's first.
	 * @param id the id of the request
	 * @return the result of the call: for a tool the text that a model reads, for a
	 * method its return value. For a call that has run before, the text that was kept of
	 * its result
	 * @throws ApprovalException if the request is not approved, or not any more
	 * @throws IllegalArgumentException if there is no request with that id
	 * @throws IllegalStateException if the call isn't known in this process and is not
	 * the call of a tool that can be found by its name
	 */
	@Nullable Object resume(String id);

	/**
	 * Run once what {@link #request} asked for, if it is approved. Nobody can check what
	 * the action does: take its values from the request's arguments.
	 * @param id the id of the request
	 * @param action what was approved
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the action
	 * @throws E what the action threw
	 * @throws ApprovalException if the request is not approved, or the action has run
	 * before
	 * @throws IllegalStateException if the request was made for another user than the one
	 * who is signed in on this thread
	 */
	<T extends @Nullable Object, E extends Throwable> T run(String id, Action<T, E> action) throws E;

}
