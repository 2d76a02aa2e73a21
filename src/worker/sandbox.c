/* Giving up every right but computing: limits, nobody, Landlock, a list of system calls. Linux; x86-64 and ARM64. */
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker/worker.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* its shadow memory maps terabytes: no limit on address space then */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "name this machine's AUDIT_ARCH for the system call filter"
#endif

/* What a computing program with threads needs. Whatever is neither here nor in denied[] ends the process. */
static const int allowed[] = {
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_recvfrom,
    SYS_sendto,
    SYS_close,
    SYS_lseek,
    SYS_ppoll,
#ifdef SYS_poll
    SYS_poll,
#endif
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_futex,
    SYS_set_robust_list,
    SYS_membarrier,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_getpid,
    SYS_gettid,
    SYS_tgkill,
    SYS_exit,
    SYS_exit_group,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_restart_syscall,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_getrandom,
    SYS_setitimer,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_sysinfo,
    SYS_uname,
    SYS_getcpu,
#ifdef SYS_rseq
    SYS_rseq,
#endif
};

/* Libraries try these in passing and live well with a no. */
static const struct Denied {
    int call, error;
} denied[] = {
    {SYS_openat, EACCES},
    {SYS_newfstatat, EACCES},
    {SYS_fstat, EACCES},
    {SYS_statx, EACCES},
    {SYS_faccessat, EACCES},
    {SYS_readlinkat, EACCES},
    {SYS_getcwd, EACCES},
    {SYS_ioctl, ENOTTY},
    {SYS_prlimit64, EPERM},
    {SYS_pipe2, EMFILE},
    {SYS_eventfd2, EMFILE},
    {SYS_fcntl, EBADF},
    {SYS_clone3, ENOSYS}, /* its flags cannot be seen by a filter: glibc falls back to clone */
    {SYS_sched_setaffinity, EPERM},
    {SYS_sched_setscheduler, EPERM},
    {SYS_sched_getparam, EPERM},
    {SYS_sched_getscheduler, EPERM},
    {SYS_get_mempolicy, ENOSYS},
    {SYS_mbind, ENOSYS},
    {SYS_unlinkat, EACCES},
#ifdef SYS_open
    {SYS_open, EACCES},
    {SYS_stat, EACCES},
    {SYS_lstat, EACCES},
    {SYS_access, EACCES},
    {SYS_readlink, EACCES},
    {SYS_unlink, EACCES},
#endif
};

enum { FILTER_MAX = 256 };

typedef struct Filter {
    struct sock_filter at[FILTER_MAX];
    unsigned short len;
} Filter;

static void filter_add(Filter *filter, unsigned short code, uint32_t k, unsigned yes, unsigned no)
{
    filter->at[filter->len++] =
        (struct sock_filter){.code = code, .jt = (unsigned char)yes, .jf = (unsigned char)no, .k = k};
}

static void filter_load(Filter *filter, size_t offset)
{
    filter_add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void filter_return(Filter *filter, uint32_t action)
{
    filter_add(filter, BPF_RET | BPF_K, action, 0, 0);
}

static void filter_call(Filter *filter, int call, uint32_t action)
{
    filter_add(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
    filter_return(filter, action);
}

/* call is allowed when (argument & bits) == wanted (its lower half decides), else it fails with error */
static void filter_argument(Filter *filter, int call, int argument, uint32_t bits, uint32_t wanted, int error)
{
    filter_add(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 5);
    filter_load(filter, offsetof(struct seccomp_data, args) + 8 * (size_t)argument);
    filter_add(filter, BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
    filter_add(filter, BPF_JMP | BPF_JEQ | BPF_K, wanted, 0, 1);
    filter_return(filter, SECCOMP_RET_ALLOW);
    filter_return(filter, SECCOMP_RET_ERRNO | (uint32_t)error);
}

static bool enter_seccomp(void)
{
    static Filter filter;
    filter_load(&filter, offsetof(struct seccomp_data, arch));
    filter_add(&filter, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    filter_return(&filter, SECCOMP_RET_KILL_PROCESS);
    filter_load(&filter, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        filter_call(&filter, allowed[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++)
        filter_call(&filter, denied[i].call, SECCOMP_RET_ERRNO | (uint32_t)denied[i].error);
    filter_argument(&filter, SYS_prctl, 0, UINT32_MAX, PR_SET_NAME, EPERM);
    filter_argument(&filter, SYS_mmap, 2, PROT_EXEC, 0, EACCES); /* no new code */
    filter_argument(&filter, SYS_mprotect, 2, PROT_EXEC, 0, EACCES);
    filter_argument(&filter, SYS_clone, 0, CLONE_THREAD, CLONE_THREAD, EPERM); /* threads, not processes */
    filter_return(&filter, SECCOMP_RET_KILL_PROCESS);
    struct sock_fprog program = {.len = filter.len, .filter = filter.at};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* The kernel's struct grows with its ABI; Debian 12's header knows only the first member. */
typedef struct LandlockRules {
    uint64_t handled_access_fs, handled_access_net, scoped;
} LandlockRules;

enum { LANDLOCK_ASK_VERSION = 1 };

/* read_files: reading stays free, as does connecting; writing and executing are refused all the same. */
static bool enter_landlock(bool read_files)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_ASK_VERSION);
    if (abi < 1)
        return false;
    LandlockRules rules = {.handled_access_fs = (1u << 13) - 1}; /* ABI 1: all of execute .. make symlink */
    size_t size = sizeof rules.handled_access_fs;
    if (abi >= 2)
        rules.handled_access_fs |= 1u << 13; /* refer */
    if (abi >= 3)
        rules.handled_access_fs |= 1u << 14; /* truncate */
    if (abi >= 4) {
        rules.handled_access_net = 3; /* bind and connect TCP */
        size = 2 * sizeof(uint64_t);
    }
    if (abi >= 5)
        rules.handled_access_fs |= 1u << 15; /* ioctl of devices */
    if (abi >= 6) {
        rules.scoped = 3; /* abstract sockets, signals */
        size = sizeof rules;
    }
    if (read_files) {
        rules.handled_access_fs &= ~(uint64_t)((1u << 2) | (1u << 3)); /* read file, read folder */
        size = sizeof rules.handled_access_fs;
    }
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    bool fine = fd >= 0 && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    if (fd >= 0)
        close(fd);
    return fine;
}

static void limit(__rlimit_resource_t what, rlim_t value)
{
    struct rlimit old, both = {value, value};
    if (getrlimit(what, &old) == 0 && old.rlim_max < value)
        both = (struct rlimit){old.rlim_max, old.rlim_max};
    setrlimit(what, &both);
}

static size_t mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static bool become_nobody(void)
{
    const id_t nobody = 65534;
    return geteuid() == 0 && setgroups(0, NULL) == 0 && setresgid(nobody, nobody, nobody) == 0 &&
           setresuid(nobody, nobody, nobody) == 0;
}

/* What both kinds of children give up. */
static unsigned give_up(size_t memory_bytes, int cpu_seconds_all, bool read_files)
{
    unsigned stands = 0;
    size_t mapped = mapped_bytes();
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, (rlim_t)cpu_seconds_all);
    limit(RLIMIT_FSIZE, 0);
    if (become_nobody())
        stands |= SANDBOX_NOBODY;
    prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        _exit(3);
    if (enter_landlock(read_files))
        stands |= SANDBOX_LANDLOCK;
    if (!SANITIZED && mapped) {
        limit(RLIMIT_AS, mapped + memory_bytes);
        stands |= SANDBOX_MEMORY;
    }
    return stands;
}

unsigned sandbox_enter(size_t memory_bytes, int cpu_seconds_all)
{
    unsigned stands = give_up(memory_bytes, cpu_seconds_all, false);
    limit(RLIMIT_NOFILE, 3); /* what is open stays open; not 0, or poll() would refuse */
    return enter_seccomp() ? stands | SANDBOX_SECCOMP : 0;
}

unsigned sandbox_network(size_t memory_bytes, int cpu_seconds_all)
{
    limit(RLIMIT_NOFILE, 64);
    return give_up(memory_bytes, cpu_seconds_all, true);
}
