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

package dev.lumoauth.spring.approval.process;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDeniedException;
import dev.lumoauth.spring.approval.ApprovalNotGivenException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ResumableCalls;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.concurrent.BoundedMap;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to make again the calls that wait for a person.
 */
final class WaitingCalls {

	private static final Log logger = LogFactory.getLog(WaitingCalls.class);

	private static final String AS_THAT_USER = "in a request of that user, or in UserScope.call(userToken, ..) if the "
			+ "request was made there";

	private static final int MAX_RESUMABLE = 10_000;

	private final KnownApprovals known;

	private final Supplier<List<ResumableCalls>> resumable;

	/** The oldest is dropped first: what another process has decided may stay here. */
	private final Map<String, Action<? extends @Nullable Object, Throwable>> waiting = Collections
		.synchronizedMap(new BoundedMap<>(MAX_RESUMABLE));

	private final CodeIdentity code;

	WaitingCalls(KnownApprovals known, Supplier<List<ResumableCalls>> resumable, CodeIdentity code) {
		this.known = known;
		this.resumable = resumable;
		this.code = code;
	}

	void remove(String id) {
		this.waiting.remove(id);
	}

	void clear() {
		this.waiting.clear();
	}

	void add(Approval approval, Action<? extends @Nullable Object, Throwable> again) {
		this.waiting.putIfAbsent(approval.id(), again);
		if (isOver(approval)) {
			this.waiting.remove(approval.id()); // decided meanwhile
		}
	}

	private boolean isOver(Approval approval) {
		try {
			Approval known = this.known.store().find(approval.id());
			return known == null || known.state().isFinal();
		}
		catch (RuntimeException ex) {
			return false; // not known
		}
	}

	/**
	 * Return whether this process can continue a call without its user, once it is
	 * approved. What is over or has begun needs nobody.
	 */
	boolean canResume(Approval approval) {
		String user = approval.call().user();
		return (approval.state() != ApprovalState.PENDING && approval.state() != ApprovalState.APPROVED)
				|| this.waiting.containsKey(approval.id()) || Approvals.isRequest(approval)
				|| ((user == null || user.startsWith("conversation ")) && !this.known.isOfNobodyElsewhere(approval)
						&& isFound(approval));
	}

	private boolean isFound(Approval approval) {
		try {
			return this.resumable.get().stream().anyMatch((each) -> find(each, approval) != null);
		}
		catch (RuntimeException ex) {
			logger.debug("The tool of request " + approval.id() + " could not be looked for", ex);
			return false;
		}
	}

	private @Nullable Action<? extends @Nullable Object, Throwable> find(ResumableCalls calls, Approval approval) {
		return calls.find(approval, (code) -> this.code.isAskedIn(approval, code));
	}

	/**
	 * Make the call of a request again.
	 * @param approval the request in its current state
	 */
	@Nullable Object resume(Approval approval) {
		String id = approval.id();
		Action<? extends @Nullable Object, Throwable> again = this.waiting.get(id);
		if (again == null && approval.state() == ApprovalState.DONE && approval.result() != null) {
			return approval.result();
		}
		if (again == null) {
			refuse(approval);
			requireUser(approval);
			if (this.known.isOfNobodyElsewhere(approval)) {
				throw new IllegalStateException("The call of request " + id + " has neither a user nor a "
						+ "conversation, so it is approved for the process that made it, and that is another one: make "
						+ "the same call again. To let it go on anywhere, give the chat a conversation "
						+ "(ChatMemory.CONVERSATION_ID)");
			}
		}
		for (ResumableCalls each : (again == null) ? this.resumable.get() : List.<ResumableCalls>of()) {
			again = (again != null) ? again : find(each, approval);
		}
		if (again == null) {
			throw new IllegalStateException("The call of request " + id + " was not made in this process, and '"
					+ approval.tool() + "' is not a tool that can be found by its name: make the same call again");
		}
		return run(again);
	}

	private static void requireUser(Approval approval) {
		String user = approval.call().user();
		if (user != null && !user.startsWith("conversation ") && !user.equals(Caller.current().name())) {
			throw new IllegalStateException("The call of request " + approval.id()
					+ " was made for a user, and that user is not signed in on this thread: resume the call "
					+ AS_THAT_USER);
		}
	}

	/**
	 * A person's decision may come on a thread where nobody is signed in.
	 */
	static void requireNoOther(Approval approval) {
		String here = Approvals.user(Caller.current().name());
		if (here != null && approval.call().user() != null && !here.equals(approval.call().user())) {
			throw new IllegalStateException("Request " + approval.id()
					+ " was made for another user than the one who is signed in on this thread: run the action "
					+ AS_THAT_USER);
		}
	}

	static void refuse(Approval approval) {
		switch (approval.state()) {
			case APPROVED, DONE -> {
			}
			case PENDING -> throw new ApprovalPendingException(approval);
			case DENIED -> throw new ApprovalDeniedException(approval);
			default -> throw new ApprovalNotGivenException(approval);
		}
	}

	/**
	 * Make a call again, and throw the exceptions of the call.
	 */
	@SuppressWarnings("unchecked")
	private static <E extends Throwable> @Nullable Object run(Action<? extends @Nullable Object, Throwable> call)
			throws E {
		try {
			return call.run();
		}
		catch (Throwable ex) {
			throw (E) ex;
		}
	}

}
